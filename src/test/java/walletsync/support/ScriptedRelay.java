package walletsync.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server that does at one step what the test wants: says something else, says nothing, or
 * goes away. At every other step, and once it is repaired, it is a plain one.
 */
public final class ScriptedRelay implements AutoCloseable {
  /** Where it can go wrong. */
  public enum Step {
    GREETING,
    EHLO,
    STARTTLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    CONTENT
  }

  /** Says nothing any more, and keeps the connection open. */
  public static final String SILENCE = "(silence)";

  /** Ends the connection. */
  public static final String HANG_UP = "(hang up)";

  private record Fault(Step step, String answer) {}

  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private volatile @Nullable Fault fault;

  public ScriptedRelay() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  /** From now on each connection has this fault; an answer is one SMTP reply, or one of ours. */
  public ScriptedRelay failAt(Step step, String answer) {
    fault = new Fault(step, answer);
    return this;
  }

  /** From now on all goes well. */
  public void repair() {
    fault = null;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Every line that came, but for the mails. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  /** The mails that were accepted. */
  public List<String> mails() {
    return List.copyOf(mails);
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket socket = listener.accept();
      sockets.add(socket);
      Fault current = fault;
      run(() -> new Session(socket, current).talk());
    }
  }

  /** The test is over, or the client has gone, when reading or writing fails. */
  private static void run(Talk talk) {
    Thread thread =
        new Thread(
            () -> {
              try {
                talk.run();
              } catch (IOException e) {
                // the end of this conversation
              }
            },
            "scripted-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Talk {
    void run() throws IOException;
  }

  private final class Session {
    private final Socket socket;
    private final @Nullable Fault fault;
    private final BufferedReader in;
    private final OutputStream out;

    Session(Socket socket, @Nullable Fault fault) throws IOException {
      this.socket = socket;
      this.fault = fault;
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      this.out = socket.getOutputStream();
    }

    void talk() throws IOException {
      answer(Step.GREETING, "220 relay.example.com ESMTP");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        heard.add(line);
        String command = line.split("[ :]", 2)[0];
        switch (command) {
          case "EHLO" -> answer(Step.EHLO, "250 relay.example.com");
          case "HELO" -> answer(Step.EHLO, "250 relay.example.com");
          case "STARTTLS" -> answer(Step.STARTTLS, "454 TLS not available");
          case "AUTH" -> answer(Step.AUTH, "235 welcome");
          case "MAIL" -> answer(Step.MAIL, "250 sender ok");
          case "RCPT" -> answer(Step.RCPT, "250 recipient ok");
          case "DATA" -> {
            if (answer(Step.DATA, "354 go on")) {
              String mail = content();
              if (answer(Step.CONTENT, "250 taken over")) {
                mails.add(mail);
              }
            }
          }
          case "QUIT" -> {
            say("221 bye");
            socket.close();
            return;
          }
          default -> say("502 not here");
        }
      }
    }

    private String content() throws IOException {
      StringBuilder mail = new StringBuilder();
      for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
        if (line == null) {
          throw new IOException("gone");
        }
        mail.append(line).append('\n');
      }
      return mail.toString();
    }

    /** Says whether it was the usual answer. */
    private boolean answer(Step step, String usual) throws IOException {
      if (fault == null || fault.step() != step) {
        say(usual);
        return true;
      } else if (fault.answer().equals(HANG_UP)) {
        socket.close();
        throw new IOException("hung up");
      } else if (fault.answer().equals(SILENCE)) {
        while (in.readLine() != null) {
          // whatever comes is not answered
        }
        throw new IOException("gone");
      } else {
        say(fault.answer());
        return false;
      }
    }

    private void say(String line) throws IOException {
      out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
