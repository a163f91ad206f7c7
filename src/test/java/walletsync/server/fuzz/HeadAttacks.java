package walletsync.server.fuzz;

import static walletsync.server.fuzz.Attack.latin1;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import walletsync.server.fuzz.Attack.Then;

/** Request lines and headers that nobody would send. Every one has to be answered. */
final class HeadAttacks {
  private static final List<String> PATHS =
      List.of(
          "/api/3/wallet",
          "/api/3/websocket",
          "/api/3/client-salt-seed",
          "/api/3/verify",
          "/api/3/signup",
          "/api/3/auth/full",
          "/api/3/nope",
          "/api/2/wallet",
          "/metrics",
          "/");
  private static final List<String> METHODS =
      List.of(
          "PUT",
          "DELETE",
          "OPTIONS",
          "PATCH",
          "TRACE",
          "get",
          "GeT",
          "PROPFIND",
          "X",
          "M-SEARCH",
          "!#$%&'*+-.^_`|~",
          "G".repeat(2_000),
          "FOO\u0001",
          "\u00c9");
  private static final List<String> ODDITIES =
      List.of(
          "%",
          "%zz",
          "%2f",
          "%2e%2e",
          "%00",
          "%",
          "%c0%ae",
          "%u0041",
          "//",
          "/./",
          "/../",
          ";x",
          "\\",
          "#x",
          "\u00e4",
          "\u0000",
          "\u007f",
          "*",
          "{}",
          "[",
          "|",
          "^",
          "`",
          "\"",
          "<script>",
          "http://x",
          "?",
          "??",
          "&",
          "%f0%9f%98%80",
          "~",
          "%0d%0aX: y",
          ":",
          "@");

  private HeadAttacks() {}

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  static Attack manyHeaders(Random random, Victim victim) {
    StringBuilder headers = new StringBuilder();
    for (int i = random.nextInt(2_000); i >= 0; i--) {
      headers.append("X-").append(random.nextInt(100)).append(": ").append(i).append("\r\n");
    }
    return Attack.get(any(PATHS, random) + "?token=none", headers.toString(), Then.GOES_ON);
  }

  static Attack longHeaders(Random random, Victim victim) {
    String text = "x".repeat(random.nextInt(20_000));
    String header = random.nextBoolean() ? "X: " + text : "X" + text + ": y";
    return Attack.get(any(PATHS, random), header + "\r\n", Then.GOES_ON);
  }

  static Attack badHeaderCharacters(Random random, Victim victim) {
    StringBuilder header = new StringBuilder("X-Name: value");
    for (int i = random.nextInt(3); i >= 0; i--) {
      // Any but a line feed, which would end the line or the head.
      int c = random.nextInt(255);
      header.insert(random.nextInt(header.length() + 1), (char) (c == '\n' ? 255 : c));
    }
    return Attack.get(any(PATHS, random), header + "\r\n", Then.GOES_ON_OR_ENDS);
  }

  static Attack authorizations(Random random, Victim victim) {
    List<String> values =
        List.of(
            "Bearer",
            "Bearer ",
            "bearer x",
            "Bearer  x",
            "BEARER\tx",
            "Basic YTpi",
            "Bearer x y",
            "Bearer " + victim.token() + " ",
            "Bearer " + victim.token() + ",x",
            "Bearer \u00ff",
            "Bearer " + "x".repeat(5_000),
            "Digest a=b",
            "x",
            "",
            ",",
            "Bearer Bearer x",
            "Bearer \"" + victim.token() + "\"");
    StringBuilder headers = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      headers.append("Authorization: ").append(any(values, random)).append("\r\n");
    }
    String query = random.nextBoolean() ? "" : "?token=" + victim.token();
    return Attack.get(
        any(List.of("/api/3/wallet", "/api/3/websocket"), random) + query,
        headers.toString(),
        Then.GOES_ON);
  }

  static Attack conditions(Random random, Victim victim) {
    List<String> values =
        List.of(
            "*",
            "\"",
            "\"1-0000000000000000\"",
            "W/\"1-0000000000000000\"",
            "\"1-\"",
            "1",
            "\"99999999999-0123456789abcdef\"",
            "\"9999999999-ffffffffffffffff\"",
            ",,,",
            "\u00ff",
            "\"1-0000000000000000\",".repeat(300),
            "return=minimal",
            "return=minimal;x",
            "return",
            "\"return\"=\"minimal\"",
            ";,;=",
            "return=minimal, return=representation");
    String headers =
        "If-None-Match: %s\r\nIf-None-Match: %s\r\nPrefer: %s\r\nIf-Match: %s\r\nRange: %s\r\n"
            .formatted(
                any(values, random),
                any(values, random),
                any(values, random),
                any(values, random),
                any(values, random));
    if (random.nextBoolean()) {
      return Attack.get("/api/3/wallet?token=" + victim.token(), headers, Then.GOES_ON);
    }
    return Attack.of(
        Attack.postBytes("/api/3/wallet", headers, victim.post(random).bytes()), Then.GOES_ON);
  }

  /** With a token, but never all that an upgrade needs. */
  static Attack upgrades(Random random, Victim victim) {
    List<String> lines =
        List.of(
            "Upgrade: websocket",
            "Upgrade: h2c",
            "Upgrade: websocket, h2c",
            "Upgrade: \u00ff",
            "Connection: Upgrade",
            "Connection: keep-alive, Upgrade",
            "Connection: ,,",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Version: 0",
            "Sec-WebSocket-Version: 99",
            "Sec-WebSocket-Version: x",
            "Sec-WebSocket-Protocol: a, b",
            "Sec-WebSocket-Extensions: permessage-deflate; =",
            "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
            "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
            "Origin: null",
            "Origin: http://x",
            "Accept: text/html",
            "Sec-WebSocket-Accept: x");
    StringBuilder headers = new StringBuilder("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    for (int i = random.nextInt(6); i >= 0; i--) {
      headers.append(any(lines, random)).append("\r\n");
    }
    return Attack.get(
        any(PATHS, random) + "?token=" + victim.token(), headers.toString(), Then.GOES_ON);
  }

  static Attack longRequestLines(Random random, Victim victim) {
    int length = random.nextBoolean() ? 15_900 + random.nextInt(900) : random.nextInt(40_000);
    String path = any(PATHS, random) + (random.nextBoolean() ? "?token=" : "");
    return Attack.get(path + "x".repeat(length), "", Then.GOES_ON);
  }

  static Attack methods(Random random, Victim victim) {
    return Attack.of(
        any(METHODS, random) + " " + any(PATHS, random) + " HTTP/1.1\r\nHost: x\r\n\r\n",
        Then.GOES_ON_OR_ENDS);
  }

  static Attack heads(Random random, Victim victim) {
    Attack attack =
        Attack.of(
            "HEAD " + any(PATHS, random) + "?token=x HTTP/1.1\r\nHost: x\r\n\r\n", Then.GOES_ON);
    return new Attack(attack.pieces(), attack.answers(), attack.then(), true);
  }

  static Attack paths(Random random, Victim victim) {
    StringBuilder path = new StringBuilder(any(PATHS, random));
    for (int i = random.nextInt(3); i >= 0; i--) {
      path.insert(random.nextInt(path.length() + 1), any(ODDITIES, random));
    }
    return Attack.get(path.toString().replace(" ", ""), "", Then.GOES_ON_OR_ENDS);
  }

  static Attack queries(Random random, Victim victim) {
    StringBuilder query = new StringBuilder("?token=x&email=eA==&verifyToken=x");
    for (int i = random.nextInt(5); i >= 0; i--) {
      query.insert(random.nextInt(query.length() + 1), any(ODDITIES, random));
    }
    if (random.nextInt(8) == 0) {
      query.append("&token=a".repeat(random.nextInt(1_800)));
    }
    return Attack.get(
        any(PATHS, random) + query.toString().replace(" ", "+"), "", Then.GOES_ON_OR_ENDS);
  }

  static Attack saltSeedQueries(Random random, Victim victim) {
    byte[] email = Mutation.of(latin1(victim.email()), random);
    String query = Base64.getEncoder().encodeToString(email).replace("+", "%2B");
    return Attack.get("/api/3/client-salt-seed?email=" + query, "", Then.GOES_ON);
  }

  static Attack oldVersions(Random random, Victim victim) {
    String connection = random.nextBoolean() ? "" : "Connection: keep-alive\r\n";
    String host = random.nextBoolean() ? "" : "Host: x\r\n";
    return Attack.of(
        "GET " + any(PATHS, random) + "?token=x HTTP/1.0\r\n" + connection + host + "\r\n",
        Then.GOES_ON);
  }

  /** Vert.x answers these itself, with 501 and no body. */
  static Attack unknownVersions(Random random, Victim victim) {
    String version = any(List.of("HTTP/2.0", "HTTP/1.2", "HTTP/9.9", "FOO/1.1"), random);
    return Attack.of(
        "GET " + any(PATHS, random) + " " + version + "\r\nHost: x\r\n\r\n", Then.ENDS);
  }
}
