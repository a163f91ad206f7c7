package walletsync.server.mail;

import java.net.URI;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Email;
import walletsync.protocol.Secret;

/** The mail that asks a person to confirm an address, as text and as HTML. */
final class VerificationMail {
  private VerificationMail() {}

  /**
   * @param from the sender's address
   * @param publicUrl where people reach this server
   */
  static Mail of(String from, URI publicUrl, Email to, Secret verifyToken) {
    // A token is hex: it needs no encoding, neither in a URL nor in HTML.
    String link = publicUrl + ApiPaths.VERIFY + "?verifyToken=" + verifyToken.reveal();
    String domain = publicUrl.getHost();
    return new Mail(
        from,
        to.original(),
        "Verify your wallet sync account on " + domain,
        """
            Hello,

            somebody, we hope you, signed up for wallet sync on %s with this address.
            To use the account, open this link within two days:

            %s

            If it was not you, do nothing: without the link the account cannot be used.
            """
            .formatted(domain, link),
        """
            <!DOCTYPE html>
            <html lang="en">
            <body>
            <p>Hello,</p>
            <p>somebody, we hope you, signed up for wallet sync on %1$s with this address.
            To use the account, open this link within two days:</p>
            <p><a href="%2$s">%2$s</a></p>
            <p>If it was not you, do nothing: without the link the account cannot be used.</p>
            </body>
            </html>
            """
            .formatted(domain, link));
  }
}
