package walletsync.protocol;

import java.nio.ByteBuffer;

/**
 * One state of an account's wallet. The server never looks inside: wallet and HMAC are opaque text.
 *
 * @param encryptedWallet the encrypted wallet as the client sent it
 * @param sequence 1 for the first wallet of an account, one more for each accepted update; at most
 *     {@link Limits#MAX_SEQUENCE}
 * @param hmac the client's proof over sequence and wallet, unseen by the server
 */
public record Wallet(String encryptedWallet, long sequence, String hmac) {

  /** The strong entity tag of this state. */
  public EntityTag entityTag() {
    return new EntityTag(sequence, digest());
  }

  /** The first 64 bits of the SHA-256 of wallet and HMAC; NUL, which neither holds, parts them. */
  private long digest() {
    return ByteBuffer.wrap(Sha256.of(encryptedWallet, "\0", hmac)).getLong();
  }

  /** Not the content: an encrypted wallet in a log is still somebody's wallet. */
  @Override
  public String toString() {
    return "Wallet[sequence=" + sequence + "]";
  }
}
