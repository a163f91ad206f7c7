package walletsync.server.fuzz;

import static walletsync.server.fuzz.Attack.concat;
import static walletsync.server.fuzz.Attack.latin1;
import static walletsync.server.fuzz.Attack.utf8;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import walletsync.server.fuzz.Attack.Then;

/** Good HTTP around bodies that are not what they should be. Every one has to be answered. */
final class BodyAttacks {
  private static final List<String> TEXT_MEMBERS =
      List.of(
          "email",
          "password",
          "deviceId",
          "token",
          "encryptedWallet",
          "hmac",
          "oldPassword",
          "newPassword",
          "clientSaltSeed",
          "Email",
          "",
          "constructor",
          "\u0000",
          "ſequence");

  private BodyAttacks() {}

  static Attack brokenJson(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    return Attack.post(post.path(), Mutation.of(post.bytes(), random));
  }

  static Attack brokenUtf8(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    byte[] valid = post.bytes();
    byte[] broken = valid.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      broken[random.nextInt(broken.length)] = (byte) (0x80 + random.nextInt(0x80));
    }
    return Attack.post(post.path(), broken);
  }

  static Attack otherEncodings(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    String text = new String(post.bytes(), StandardCharsets.UTF_8);
    Charset charset =
        List.of(
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                Charset.forName("UTF-32"),
                StandardCharsets.ISO_8859_1,
                Charset.forName("IBM1047"))
            .get(random.nextInt(6));
    byte[] body =
        random.nextBoolean() ? text.getBytes(charset) : concat(utf8("\uFEFF"), post.bytes());
    return Attack.post(post.path(), body);
  }

  static Attack wrongTypes(Random random, Victim victim) {
    String member = "\"" + member(random) + "\":";
    String json = insert(victim.post(random), member + value(random, 3), random);
    return Attack.post(victim.post(random).path(), utf8(json));
  }

  static Attack hugeNumbers(Random random, Victim victim) {
    String digits = "123456789".repeat(1 + random.nextInt(500));
    String number =
        List.of(
                digits,
                "-" + digits,
                "0." + digits,
                "1e" + digits,
                "-1E-" + digits,
                "4294967296",
                "18446744073709551617",
                "-0",
                "1.0",
                "00001",
                "0x10",
                "1_000",
                "+1",
                ".5",
                "5.",
                "Infinity",
                "NaN")
            .get(random.nextInt(17));
    String json = insert(victim.post(random), "\"sequence\":" + number, random);
    return Attack.post(random.nextBoolean() ? "/api/3/wallet" : "/api/3/password", utf8(json));
  }

  static Attack deepNesting(Random random, Victim victim) {
    int depth = 1 << random.nextInt(16);
    String open = random.nextBoolean() ? "[" : "{\"a\":";
    String close = open.equals("[") ? "]" : "}";
    String nest = open.repeat(depth) + "1" + (random.nextBoolean() ? close.repeat(depth) : "");
    String body = random.nextBoolean() ? nest : "{\"" + member(random) + "\":" + nest + "}";
    return Attack.post(victim.post(random).path(), utf8(body));
  }

  static Attack nulCharacters(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    String json = new String(post.bytes(), StandardCharsets.UTF_8);
    int at = random.nextInt(json.length());
    String nul = random.nextBoolean() ? "\u0000" : "\\u0000";
    return Attack.post(post.path(), utf8(json.substring(0, at) + nul + json.substring(at)));
  }

  static Attack loneSurrogates(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    String json = new String(post.bytes(), StandardCharsets.UTF_8);
    // Behind a quote it is the beginning of a name or a value, or the end of the text.
    int at = json.indexOf('"', random.nextInt(json.length() / 2)) + 1;
    String half = "\\u%04x".formatted(0xd800 + random.nextInt(0x800));
    byte[] raw = {(byte) 0xed, (byte) (0xa0 + random.nextInt(0x20)), (byte) 0x80};
    return Attack.post(
        post.path(),
        concat(
            utf8(json.substring(0, at)),
            random.nextBoolean() ? utf8(half) : raw,
            utf8(json.substring(at))));
  }

  static Attack longNamesAndValues(Random random, Victim victim) {
    String text = "x".repeat(1 << (8 + random.nextInt(10)));
    String member =
        random.nextBoolean() ? "\"" + text + "\":1" : "\"" + member(random) + "\":\"" + text + "\"";
    return Attack.post(
        victim.post(random).path(), utf8(insert(victim.post(random), member, random)));
  }

  static Attack manyMembers(Random random, Victim victim) {
    StringBuilder members = new StringBuilder("\"email\":\"a@b\"");
    for (int i = random.nextInt(3_000); i >= 0; i--) {
      members.append(",\"").append(random.nextBoolean() ? "email" : "m" + i).append("\":null");
    }
    return Attack.post(
        victim.post(random).path(), utf8(insert(victim.post(random), members.toString(), random)));
  }

  static Attack notAnObject(Random random, Victim victim) {
    List<String> bodies =
        List.of(
            "",
            "null",
            "[]",
            "\"\"",
            "1",
            "true",
            "{}{}",
            "{} x",
            " ",
            "{",
            "}",
            "{}\u0000",
            "\u00a0{}",
            "{}\f",
            "email=a%40b&password=%zz",
            "--x\r\nContent-Disposition: form-data");
    byte[] body = utf8(bodies.get(random.nextInt(bodies.size())));
    String type =
        List.of(
                "",
                "Content-Type: multipart/form-data; boundary=x\r\n",
                "Content-Type: multipart/form-data\r\n",
                "Content-Type: application/x-www-form-urlencoded\r\n",
                "Content-Type: ;;;=\r\n",
                "Content-Encoding: gzip\r\n")
            .get(random.nextInt(6));
    return Attack.of(Attack.postBytes(victim.post(random).path(), type, body), Then.GOES_ON);
  }

  static Attack tooLarge(Random random, Victim victim) {
    int length = 100_001 + random.nextInt(200_000);
    byte[] body = latin1("{\"x\":\"" + "x".repeat(length - 8) + "\"}");
    Attack attack = Attack.post("/api/3/wallet", body);
    return new Attack(attack.pieces(), List.of("Request Entity Too Large"), Then.GOES_ON, false);
  }

  /** Named, so that the answer proves which request it belongs to. */
  static Attack slowBody(Random random, Victim victim) {
    String nonce = "n" + random.nextLong();
    Attack attack = Attack.post("/api/3/auth/full", utf8("{\"" + nonce + "\":\"✓\"}"));
    return new Attack(attack.pieces(), List.of(nonce), Then.GOES_ON, false).inPieces(random);
  }

  private static String member(Random random) {
    return TEXT_MEMBERS.get(random.nextInt(TEXT_MEMBERS.size()));
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> String.valueOf(random.nextInt());
      case 3 -> String.valueOf(random.nextGaussian());
      case 4 -> "\"\"";
      case 5 -> "\"" + random.nextInt() + "\"";
      case 6 -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
      default -> "{\"" + member(random) + "\":" + value(random, depth - 1) + "}";
    };
  }

  /** The body with one more member, before or behind its own. */
  private static String insert(Victim.Post post, String member, Random random) {
    Map<String, ?> body = post.body();
    String json = walletsync.support.Http.json(body);
    return random.nextBoolean()
        ? "{" + member + "," + json.substring(1)
        : json.substring(0, json.length() - 1) + "," + member + "}";
  }
}
