package walletsync.client.failure;

/**
 * The kinds of trouble that a client can meet. Each has the exit code with which the command line
 * ends; scripts rely on them, so a code never changes its meaning.
 */
public enum Problem {
  /** Something that should not happen: a defect of this program. */
  DEFECT(1),
  /** The command, an option or a setting is wrong. */
  USAGE(2),
  /** Not logged in, the session has ended, or e-mail and password do not match. */
  SIGN_IN(3),
  /** Two devices changed the same thing, and a person has to decide. */
  CONFLICT(4),
  /** The server cannot be reached or cannot answer just now; try again later. */
  UNREACHABLE(5),
  /** The server sent a wallet that must not be trusted; going on needs consent. */
  UNTRUSTED(6),
  /** The wallet is larger than the server accepts. */
  TOO_LARGE(7),
  /** A wallet cannot be read: it is damaged, or made by something else. */
  UNREADABLE(8),
  /** The local wallet or the profile cannot be read, written or changed in this way. */
  LOCAL(9),
  /** Not enough memory to derive the keys. */
  MEMORY(10),
  /** The server said no. */
  REFUSED(11),
  /** Local changes have to be pushed first. */
  UNSYNCED(12),
  /** Another process is using the profile. */
  BUSY(13);

  private final int exitCode;

  Problem(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of the command line. */
  public int exitCode() {
    return exitCode;
  }
}
