package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientForm;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import walletsync.server.settings.MailSettings;

/**
 * Hands mails to Mailgun's HTTP API, version 3.
 *
 * @see <a
 *     href="https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages">its
 *     reference</a>
 */
final class Mailgun implements MailSender {
  private final HttpClient client;
  private final RequestOptions request;
  private final Duration timeout;

  /**
   * @param connections how many mails are sent at a time
   * @param timeout how long connecting may take, and the call itself
   */
  Mailgun(Vertx vertx, MailSettings.Mailgun settings, int connections, Duration timeout) {
    this.timeout = timeout;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                // Mails are rare. A connection that was kept may be dead, and then it is unknown
                // whether the mail on it was sent.
                .setKeepAlive(false)
                .setConnectTimeout((int) timeout.toMillis())
                .setSslHandshakeTimeout(timeout.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS),
            new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(connections));
    String credentials = "api:" + settings.key().reveal();
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(settings.api() + "/v3/" + settings.sendingDomain() + "/messages")
            .setConnectTimeout(timeout.toMillis())
            // Whoever answers with a redirect is not Mailgun, and must get neither key nor link.
            .setFollowRedirects(false)
            .putHeader(
                HttpHeaders.AUTHORIZATION,
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Future<Void> start() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> send(Mail mail) {
    ClientForm form =
        ClientForm.form()
            .charset(StandardCharsets.UTF_8)
            .attribute("from", mail.from())
            .attribute("to", Recipient.withAsciiDomain(mail.to()))
            .attribute("subject", mail.subject())
            .attribute("text", mail.text())
            .attribute("html", mail.html())
            // Tracking would lead the link, which is as good as a password, through others.
            .attribute("o:tracking", "no")
            .attribute("h:" + Mail.AUTO_SUBMITTED, Mail.AUTO_GENERATED);
    return client
        .request(new RequestOptions(request))
        .recover(
            failure ->
                Future.failedFuture(
                    MailException.notSent(
                        "Mailgun cannot be reached: " + MailException.nameOf(failure))))
        .compose(connected -> call(connected, form));
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }

  private Future<Void> call(HttpClientRequest connected, ClientForm form) {
    return connected
        .send(form)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            failure ->
                Future.failedFuture(
                    MailException.unknown(
                        "Mailgun did not answer: " + MailException.nameOf(failure))))
        // The status says it all; the rest of the answer is not waited for, nor what becomes of it.
        .onSuccess(response -> response.exceptionHandler(ignored -> {}))
        .onComplete(answered -> connected.connection().close())
        .compose(
            response -> {
              int status = response.statusCode();
              if (status / 100 == 2) {
                return Future.succeededFuture();
              }
              String reason = "Mailgun answered " + status + hint(status);
              return Future.failedFuture(
                  status / 100 == 5
                      ? MailException.unknown(reason)
                      : MailException.notSent(reason));
            });
  }

  private static String hint(int status) {
    return switch (status) {
      case 401, 403 -> ": see MAILGUN_PRIVATE_API_KEY";
      case 404 -> ": see MAILGUN_SENDING_DOMAIN and MAILGUN_SENDING_DOMAIN_IS_EU";
      default -> "";
    };
  }
}
