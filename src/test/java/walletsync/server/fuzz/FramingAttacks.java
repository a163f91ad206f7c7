package walletsync.server.fuzz;

import static walletsync.server.fuzz.Attack.concat;
import static walletsync.server.fuzz.Attack.latin1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import walletsync.server.fuzz.Attack.Then;

/** Requests whose end is unclear, missing, or in the middle of what was sent. */
final class FramingAttacks {
  private FramingAttacks() {}

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static Attack post(String headers, String body, Then then) {
    return Attack.of(
        "POST /api/3/auth/full HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body, then);
  }

  /** Lengths that say two things, or nothing: refused, for else a proxy might read another end. */
  static Attack badContentLengths(Random random, Victim victim) {
    String headers =
        any(
            List.of(
                "Content-Length: 7\r\nContent-Length: 8\r\n",
                "Content-Length: 7, 8\r\n",
                "Content-Length: 7,7\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: +7\r\n",
                "Content-Length: 0x7\r\n",
                "Content-Length: 7.0\r\n",
                "Content-Length: 7 7\r\n",
                "Content-Length: \r\n",
                "Content-Length: 18446744073709551623\r\n",
                "Content-Length: seven\r\n",
                "Content-Length : 7\r\n",
                "Content-Length: \u0007\r\n",
                "Content-Length: \u00b2\r\n"),
            random);
    return post(headers, "{\"x\":1}", Then.ENDS);
  }

  static Attack tooMuchPromised(Random random, Victim victim) {
    long length = random.nextBoolean() ? Long.MAX_VALUE : 100_001L + random.nextInt(1 << 30);
    Attack attack = post("Content-Length: " + length + "\r\n", "{", Then.CLIENT_LEAVES);
    return new Attack(
        attack.pieces(), List.of("Request Entity Too Large"), Then.CLIENT_LEAVES, false);
  }

  /** Not exactly {@code chunked}: another server might see another end of the body. */
  static Attack badTransferEncodings(Random random, Victim victim) {
    String headers =
        any(
            List.of(
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: gzip\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding:\u000bchunked\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding: \"chunked\"\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Transfer_Encoding: chunked\r\nTransfer-Encoding: x\r\n"),
            random);
    return post(headers, "7\r\n{\"x\":1}\r\n0\r\n\r\n", Then.ENDS);
  }

  static Attack goodChunks(Random random, Victim victim) {
    String nonce = "n" + random.nextLong();
    String body = "{\"" + nonce + "\":1}";
    StringBuilder chunks = new StringBuilder();
    int at = 0;
    while (at < body.length()) {
      int length = Math.min(body.length() - at, 1 + random.nextInt(9));
      String extension = random.nextInt(4) == 0 ? ";name=\"value\"" : "";
      chunks.append(random.nextBoolean() ? "0" : "").append(Integer.toHexString(length));
      chunks.append(extension).append("\r\n").append(body, at, at + length).append("\r\n");
      at += length;
    }
    chunks.append("0\r\n").append(random.nextBoolean() ? "X-Trailer: x\r\n" : "").append("\r\n");
    Attack attack = post("Transfer-Encoding: chunked\r\n", chunks.toString(), Then.GOES_ON);
    return new Attack(attack.pieces(), List.of(nonce), Then.GOES_ON, false).inPieces(random);
  }

  static Attack brokenChunks(Random random, Victim victim) {
    String chunks =
        any(
            List.of(
                "zz\r\n{\"x\":1}\r\n0\r\n\r\n",
                "-7\r\n{\"x\":1}\r\n0\r\n\r\n",
                "ffffffffffffffff\r\n{\"x\":1}\r\n0\r\n\r\n",
                "80000000\r\n{\"x\":1}\r\n0\r\n\r\n",
                "7fffffff\r\n{\"x\":1}\r\n0\r\n\r\n",
                "7\r\n{\"x\":1}XX0\r\n\r\n",
                "6\r\n{\"x\":1}\r\n0\r\n\r\n",
                "8\r\n{\"x\":1}\r\n0\r\n\r\n",
                "7\n{\"x\":1}\n0\n\n",
                "\r\n",
                "7;" + "x".repeat(20_000) + "\r\n",
                "7\r\n{\"x\":1}\r\n0\r\nX: " + "x".repeat(10_000) + "\r\n\r\n",
                "0".repeat(20_000) + "7\r\n{\"x\":1}\r\n0\r\n\r\n"),
            random);
    byte[] bytes = latin1(chunks);
    if (random.nextInt(3) == 0) {
      bytes = Mutation.of(bytes, random);
    }
    byte[] head =
        latin1("POST /api/3/auth/full HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    return Attack.of(concat(head, bytes), Then.CLIENT_STOPS);
  }

  static Attack expectations(Random random, Victim victim) {
    String expect = any(List.of("100-continue", "100-Continue", "200-ok", "x", "\u00ff"), random);
    String nonce = "n" + random.nextLong();
    byte[] body = latin1("{\"" + nonce + "\":1}");
    return new Attack(
        List.of(Attack.postBytes("/api/3/auth/full", "Expect: " + expect + "\r\n", body)),
        List.of(nonce),
        Then.GOES_ON,
        false);
  }

  static Attack getsWithBodies(Random random, Victim victim) {
    int length = 2 + random.nextInt(20_000);
    return Attack.get(
        any(List.of("/api/3/wallet?token=x", "/api/3/nope", "/metrics", "/api/3/verify"), random),
        "Content-Length: "
            + length
            + "\r\n\r\n"
            + "x".repeat(length - 2), // and the CRLF that get() appends
        Then.GOES_ON);
  }

  /** Good requests in one write: answered in their order. */
  static Attack pipelines(Random random, Victim victim) {
    List<byte[]> requests = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      add(requests, answers, random);
    }
    return new Attack(
        List.of(concat(requests.toArray(new byte[0][]))), answers, Then.GOES_ON, false);
  }

  /** Behind a bad one nothing can be trusted; before it everything is answered. */
  static Attack pipelinesWithABadOne(Random random, Victim victim) {
    List<byte[]> requests = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      add(requests, answers, random);
    }
    requests.add(badContentLengths(random, victim).pieces().get(0));
    answers.add("{\"error\":\"Bad Request\"}");
    add(requests, new ArrayList<>(), random);
    return new Attack(List.of(concat(requests.toArray(new byte[0][]))), answers, Then.ENDS, false);
  }

  private static void add(List<byte[]> requests, List<String> answers, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> {
        requests.add(latin1("GET /api/3/wallet?token=x HTTP/1.1\r\nHost: x\r\n\r\n"));
        answers.add("Token Not Found");
      }
      case 1 -> {
        requests.add(latin1("GET /api/3/nope HTTP/1.1\r\nHost: x\r\n\r\n"));
        answers.add("Unknown Endpoint");
      }
      default -> {
        String nonce = "n" + random.nextLong();
        requests.add(Attack.postBytes("/api/3/auth/full", "", latin1("{\"" + nonce + "\":1}")));
        answers.add(nonce);
      }
    }
  }

  static Attack truncated(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    byte[] whole = Attack.postBytes(post.path(), "", post.bytes());
    byte[] part = Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1));
    Then then = random.nextBoolean() ? Then.CLIENT_STOPS : Then.CLIENT_LEAVES;
    return new Attack(List.of(part), List.of(), then, false);
  }

  /** All was sent; whether the answer comes is up to how fast it is. */
  static Attack halfClosed(Random random, Victim victim) {
    Victim.Post post = victim.post(random);
    byte[] whole =
        random.nextBoolean()
            ? Attack.postBytes(post.path(), "", post.bytes())
            : latin1("GET /api/3/wallet?token=" + victim.token() + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return new Attack(List.of(whole), List.of(), Then.CLIENT_STOPS, false);
  }

  static Attack noise(Random random, Victim victim) {
    byte[] noise = Mutation.noise(random, 1 + random.nextInt(3_000));
    return new Attack(List.of(noise), List.of(), Then.CLIENT_STOPS, false);
  }
}
