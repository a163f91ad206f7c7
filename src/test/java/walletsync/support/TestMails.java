package walletsync.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import walletsync.support.Http.Response;

/**
 * The mails that a server put into a folder.
 *
 * @param folder the outbox
 */
public record TestMails(Path folder) {
  private static final Pattern LINK =
      Pattern.compile(
          "(https?://[^/\\s\"]+/api/3/verify\\?verifyToken=([0-9a-f]{64}))(?![0-9a-f])");

  /** An empty outbox that nobody else uses. */
  public static TestMails inNewFolder() {
    return new TestMails(Path.of("target", "test-outbox", UUID.randomUUID().toString()));
  }

  /**
   * One mail.
   *
   * @param head its headers, unfolded
   * @param text all of it, decoded
   */
  public record Mail(String head, String text) {

    /** A header's value. */
    public String header(String name) {
      Matcher matcher = Pattern.compile("(?im)^" + name + ":\\s*(.*)$").matcher(head);
      if (!matcher.find()) {
        throw new AssertionError("No " + name + " in " + head);
      }
      return matcher.group(1).trim();
    }

    /** The links to the verify page, in the order of the text. */
    public List<String> links() {
      return LINK.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** The code in the link. */
    public String token() {
      Matcher matcher = LINK.matcher(text);
      if (!matcher.find()) {
        throw new AssertionError("No link in " + text);
      }
      return matcher.group(2);
    }
  }

  /** The one mail that a request makes the server send. */
  public Mail mailOf(int expectedStatus, Supplier<Response> request) {
    List<Mail> mails = mailsOf(expectedStatus, request);
    if (mails.size() != 1) {
      throw new AssertionError(mails.size() + " mails were sent");
    }
    return mails.get(0);
  }

  /** The mails that a request makes the server send. */
  public List<Mail> mailsOf(int expectedStatus, Supplier<Response> request) {
    Set<Path> before = files();
    request.get().expect(expectedStatus);
    Set<Path> after = files();
    after.removeAll(before);
    List<Mail> mails = new ArrayList<>();
    for (Path file : after) {
      mails.add(parse(file));
    }
    return mails;
  }

  private Set<Path> files() {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new HashSet<>(files.filter(file -> file.toString().endsWith(".eml")).toList());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Mail parse(Path file) {
    try {
      String raw = Files.readString(file).replace("\r\n", "\n");
      int end = raw.indexOf("\n\n");
      String head = raw.substring(0, end).replaceAll("\n[ \t]+", " ");
      return new Mail(head, decoded(raw.substring(end)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Undoes quoted-printable (RFC 2045, section 6.7) in the parts that are in it. */
  private static String decoded(String body) {
    StringBuilder text = new StringBuilder();
    for (String part : body.split("\n--", -1)) {
      boolean quoted =
          part.toLowerCase(Locale.ROOT).contains("content-transfer-encoding: quoted-printable");
      text.append(quoted ? unquoted(part) : part).append('\n');
    }
    return text.toString();
  }

  private static String unquoted(String text) {
    return Pattern.compile("=([0-9A-F]{2})")
        .matcher(text.replace("=\n", ""))
        .replaceAll(
            found ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
  }
}
