package walletsync.support;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import walletsync.server.Main;

/**
 * Lets the many server processes of the tests share their loaded classes (class-data sharing),
 * which spares much of each start. Where the JVM does not want to, they load them as ever.
 */
final class SharedClasses {
  private static final Path FOLDER = Path.of("target", "server-process");
  private static final int SECONDS = 60;

  private static List<String> options = List.of();

  private SharedClasses() {}

  /**
   * The class path of a server process, with the options that go with it.
   *
   * @param flags the flags of its JVM; the same for every process
   */
  static synchronized List<String> options(List<String> flags) {
    if (options.isEmpty()) {
      options = prepare(flags);
    }
    return options;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> prepare(List<String> flags) {
    try {
      Files.createDirectories(FOLDER);
      Path archive = FOLDER.resolve("server.jsa").toAbsolutePath();
      Files.deleteIfExists(archive);
      String classPath = classPath();
      List<String> command = new ArrayList<>(List.of(java()));
      command.addAll(flags);
      command.addAll(
          List.of("-XX:ArchiveClassesAtExit=" + archive, "-cp", classPath, Main.class.getName()));
      serveOnce(command);
      List<String> prepared = new ArrayList<>();
      if (Files.exists(archive)) {
        prepared.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto"));
      }
      prepared.addAll(List.of("-cp", classPath));
      return prepared;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it has loaded when it ends is what the others get. */
  private static void serveOnce(List<String> command) throws IOException, InterruptedException {
    Path output = FOLDER.resolve("output.txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().putAll(ServerProcess.settings(TestPostgres.freshDatabase()));
    builder.environment().put("PORT", "0");
    builder.environment().put("BIND_ADDRESS", "127.0.0.1");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    Await.until("it greets or ends", () -> greets(output) || !process.isAlive(), SECONDS);
    process.destroy();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static boolean greets(Path output) {
    try {
      return Files.readString(output).contains("Stop ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Without the tests' own classes: their settings for logging hide what an operator sees. Only
   * classes of jars are shared, so the server's are put into one.
   */
  private static String classPath() throws IOException {
    String tests =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> jars = new ArrayList<>();
    for (String entry : Arrays.asList(tests.split(File.pathSeparator, -1))) {
      Path path = Path.of(entry).toAbsolutePath();
      if (path.endsWith(Path.of("target", "classes"))) {
        jars.add(jar(path).toAbsolutePath().toString());
      } else if (Files.isRegularFile(path)) {
        jars.add(path.toString());
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  /** With its folders: migrations are looked for in one. */
  private static Path jar(Path classes) throws IOException {
    Path jar = FOLDER.resolve("classes.jar");
    try (Stream<Path> files = Files.walk(classes);
        OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        if (name.isEmpty()) {
          continue;
        }
        entries.putNextEntry(new JarEntry(Files.isDirectory(file) ? name + "/" : name));
        if (Files.isRegularFile(file)) {
          Files.copy(file, entries);
        }
        entries.closeEntry();
      }
    }
    return jar;
  }
}
