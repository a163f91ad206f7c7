package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import walletsync.server.mail.MailRequest.Outcome;

/** Sends mails as the verticle does, on an event loop, and waits for what becomes of them. */
final class Sending {
  static final String LINK =
      "https://wallets.example.com/api/3/verify?verifyToken=" + "0a".repeat(32);

  private Sending() {}

  static Mail mailTo(String to) {
    return new Mail(
        "wallet-sync@example.com",
        to,
        "Verify your wallet sync account on wallets.example.com",
        "Open\n.\n\n" + LINK + "\n",
        "<p><a href=\"" + LINK + "\">open</a></p>\n");
  }

  static Future<Void> begin(Vertx vertx, MailSender sender, Mail mail) {
    return Future.future(
        promise ->
            vertx.runOnContext(
                on ->
                    Future.succeededFuture()
                        .compose(begun -> sender.send(mail))
                        .onComplete(promise)));
  }

  /** What became of a mail, and why. */
  record Result(Outcome outcome, String reason) {}

  static Result result(Vertx vertx, MailSender sender, Mail mail) {
    return result(begin(vertx, sender, mail));
  }

  static Result result(Future<Void> sent) {
    try {
      await(sent);
      return new Result(Outcome.SENT, "");
    } catch (CompletionException e) {
      if (e.getCause() instanceof MailException failure) {
        return new Result(failure.outcome(), String.valueOf(failure.getMessage()));
      }
      throw e;
    }
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
