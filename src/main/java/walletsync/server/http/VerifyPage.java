package walletsync.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import walletsync.protocol.Refusal;

/**
 * What a person sees who opens the link of a verification mail: text for tools, a page for eyes.
 */
final class VerifyPage {
  private static final String VERIFIED = "Your account has been verified.";
  private static final String BAD_LINK =
      "There seems to be a problem with this URL: Missing verifyToken parameter";
  private static final String NOT_FOUND =
      "The verification token was not found, already used, or expired. If you want to try again,"
          + " generate a new one from your app.";
  private static final String BROKEN = "Something went wrong trying to verify your account.";

  private VerifyPage() {}

  static Answer verified(HttpServerRequest request) {
    return page(request, 200, VERIFIED);
  }

  /** The same status as elsewhere, in words for a person. */
  static Answer refused(HttpServerRequest request, Answer failure) {
    return switch (failure.status()) {
      case 400 -> page(request, 400, BAD_LINK);
      case 403 -> page(request, 403, NOT_FOUND);
      case 503 -> page(request, 503, BROKEN).with("Retry-After", "2");
      default -> page(request, Refusal.INTERNAL.status(), BROKEN);
    };
  }

  private static Answer page(HttpServerRequest request, int status, String text) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    if (accept == null || !accept.toLowerCase(Locale.ROOT).contains("text/html")) {
      return Answer.text(status, "text/plain", text);
    }
    return Answer.text(
            status,
            "text/html",
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Wallet sync</title>
            <style>
            body { font: 1.2rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; }
            @media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } }
            </style>
            </head>
            <body>
            <h1>Wallet sync</h1>
            <p>%s</p>
            </body>
            </html>
            """
                .formatted(text))
        // The address holds the code of the link: nobody else is to see it.
        .with("Referrer-Policy", "no-referrer")
        .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  }
}
