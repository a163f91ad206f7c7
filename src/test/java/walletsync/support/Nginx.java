package walletsync.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real nginx in front of server processes, which it is told of as the proxies of a cluster are:
 * by a new list, whenever one comes or goes.
 */
public final class Nginx implements AutoCloseable {
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"));
  private static final int SECONDS = 20;

  private final Path folder;
  private final int port = ServerProcess.freePort();
  private final Process process;
  private int generation;

  /** Starts with these servers behind it, given by their ports. */
  public Nginx(List<Integer> servers) {
    try {
      folder = Files.createTempDirectory("nginx");
      write(servers);
      process = nginx().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitGeneration();
  }

  /** Whether this machine has it. */
  public static boolean isThere() {
    return PROGRAMS.stream().anyMatch(Files::isExecutable);
  }

  public Http http() {
    return new Http(URI.create("http://127.0.0.1:" + port));
  }

  /** From now on new requests go to these; those that are under way stay where they are. */
  public void route(List<Integer> servers) {
    try {
      generation++;
      write(servers);
      Process reload = nginx("-s", "reload").start();
      if (!reload.waitFor(SECONDS, TimeUnit.SECONDS) || reload.exitValue() != 0) {
        throw new AssertionError("nginx does not reload:\n" + log("error.log"));
      }
      awaitGeneration();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * One line for each request that has ended: method, path, status for the client, and those of the
   * servers that were asked, of which there are several where it asked again.
   */
  public List<String> requests() {
    return log("requests.log").lines().toList();
  }

  @Override
  public void close() {
    process.destroy(); // it ends at once, with all that it has open
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitGeneration() {
    Await.until(
        "nginx has read its list",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("nginx has ended:\n" + log("error.log"));
          }
          try {
            return http().get("/generation").body().equals(String.valueOf(generation));
          } catch (AssertionError notYet) {
            return false;
          }
        });
  }

  private ProcessBuilder nginx(String... arguments) {
    Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElseThrow();
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of("-p", folder + "/", "-c", "nginx.conf", "-e", "error.log"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.log").toFile());
  }

  private String log(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Connections of clients are not kept, as this nginx closes them without a word when it is told
   * of a new list; that is between nginx and clients. Those to servers are kept, but only as long
   * as the list: with a new one nginx begins anew, with none. So this shows nothing of how a proxy
   * gives up connections that it keeps to a server which stops; HealthTest does. A request is given
   * to another server only if it was not yet sent, or is one that may be repeated.
   */
  private void write(List<Integer> servers) throws IOException {
    String root = System.getProperty("user.name").equals("root") ? "user root;" : "";
    String upstream =
        servers.stream()
            .map("    server 127.0.0.1:%d max_fails=0;"::formatted)
            .collect(Collectors.joining("\n"));
    Files.writeString(
        folder.resolve("nginx.conf"),
        """
        daemon off;
        %s
        worker_processes 1;
        pid nginx.pid;
        events {}
        http {
          log_format requests '$request_method $uri $status $upstream_status';
          access_log requests.log requests;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          keepalive_timeout 0;
          map $http_upgrade $connection_header {
            default upgrade;
            '' '';
          }
          upstream servers {
        %s
            keepalive 32;
            keepalive_timeout 60s;
          }
          server {
            listen 127.0.0.1:%d;
            location = /generation {
              access_log off;
              return 200 "%d";
            }
            location /api/ {
              proxy_pass http://servers;
              proxy_http_version 1.1;
              proxy_set_header Host $host;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $connection_header;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_next_upstream error timeout;
            }
          }
        }
        """
            .formatted(root, upstream, port, generation));
  }
}
