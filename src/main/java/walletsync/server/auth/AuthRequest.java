package walletsync.server.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import walletsync.protocol.Email;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;
import walletsync.server.bus.Bus;

/** What can be asked of the auth verticle. */
public sealed interface AuthRequest<R> extends Bus.Request<R> {

  /**
   * Makes an account. Refused with {@code NOT_WHITELISTED} or {@code EMAIL_TAKEN}.
   *
   * @param clientSaltSeed the seed of the client's keys, 64 hex characters
   */
  record SignUp(Email email, Secret password, String clientSaltSeed)
      implements AuthRequest<SignedUp> {}

  /**
   * The answer to {@link SignUp}.
   *
   * @param verified false where the account waits for the link in a mail
   */
  record SignedUp(boolean verified) {}

  /**
   * Gives a device a new token in place of its old one. Where the account has too many sessions
   * then, the one that would expire first ends. Refused with {@code NO_MATCH}, and, once the
   * password has matched, with {@code NOT_VERIFIED}.
   */
  record LogIn(Email email, Secret password, String deviceId) implements AuthRequest<LoggedIn> {}

  /**
   * The answer to {@link LogIn}.
   *
   * @param expires the end of the token's life
   */
  record LoggedIn(Secret token, long accountId, Instant expires) {}

  /**
   * Changes the password and the salt seed, and the wallet with them, and ends every session.
   * Refused with {@code NO_MATCH}, {@code NOT_VERIFIED}, {@code BAD_SEQUENCE_OR_NO_WALLET} or
   * {@code WALLET_NEEDED}.
   *
   * @param wallet the wallet under its new keys; empty where the account has none
   */
  record ChangePassword(
      Email email,
      Secret oldPassword,
      Secret newPassword,
      String clientSaltSeed,
      Optional<Wallet> wallet)
      implements AuthRequest<Void> {}

  /** Reads the seed of an account's keys. Refused with {@code NO_SALT_SEED}. */
  record FetchSaltSeed(Email email) implements AuthRequest<String> {}

  /** Verifies an account by the code of a mailed link. Refused with VERIFY_TOKEN_NOT_FOUND. */
  record Verify(Secret verifyToken) implements AuthRequest<Void> {}

  /**
   * Mails a new link; once that has left, older ones work no more. Refused with {@code
   * NO_SUCH_ACCOUNT}, {@code ALREADY_VERIFIED}, {@code TOO_MANY_MAILS} or {@code MAIL_UNAVAILABLE}.
   */
  record ResendVerification(Email email) implements AuthRequest<Void> {}

  /** Reads the session of a token. Refused with {@code TOKEN_NOT_FOUND}. */
  record FetchSession(Secret token) implements AuthRequest<Session> {}

  /**
   * Reads the sessions of devices again: a session lives on when its device logs in again, with
   * another token. Those that are over are missing from the answer.
   */
  record RefreshSessions(List<Device> devices) implements AuthRequest<List<Session>> {}

  /**
   * Makes a ticket, with which the token's device can open one websocket soon. Refused with {@code
   * TOKEN_NOT_FOUND} or {@code TOO_MANY_TICKETS}.
   */
  record IssueTicket(Secret token) implements AuthRequest<Ticket> {}

  /**
   * The answer to {@link IssueTicket}.
   *
   * @param expires when it is of no use any more
   */
  record Ticket(Secret ticket, Instant expires) {}

  /** Uses up a ticket. Refused with {@code TICKET_NOT_FOUND}, the second time at the latest. */
  record RedeemTicket(Secret ticket) implements AuthRequest<Session> {}

  /**
   * A device of an account.
   *
   * @param key the SHA-256 of the device's id, as hex
   */
  record Device(long accountId, String key) {}

  /**
   * A device that is logged in.
   *
   * @param epoch the account's password epoch
   * @param expires when the session ends by itself
   * @param sequence the account's current wallet; 0 where there is none
   */
  record Session(Device device, long epoch, Instant expires, long sequence) {}
}
