package walletsync.load;

import java.time.Duration;
import java.util.Optional;

/**
 * A device of an account: what it knows, and what it is about to save. It never asks before it
 * saves; a conflict tells it what to merge with. One virtual user at a time acts for it.
 */
final class Device {
  private final LoadAccount account;
  private final int number;
  private volatile String token = "";
  private String entityTag = "\"none\"";
  private long sequence;
  private Contents contents;
  private Contents drafted;
  private Optional<Wallet> draft = Optional.empty();
  private int tries;
  private long lastUnderstood;
  private boolean wantsToSave;
  private boolean givenUp;

  Device(LoadAccount account, int number) {
    this.account = account;
    this.number = number;
    this.contents = Contents.empty(account.deviceCount());
    this.drafted = contents;
  }

  LoadAccount account() {
    return account;
  }

  String id() {
    return "device " + number;
  }

  String token() {
    return token;
  }

  void signedIn(String newToken) {
    token = newToken;
  }

  /** For {@code If-None-Match}. */
  String entityTag() {
    return entityTag;
  }

  /**
   * It was shown the account's wallet.
   *
   * @param atLeast the sequence that had been accepted before it asked
   */
  void shown(Wallet wallet, String tag, long atLeast) {
    account.ledger().shown(wallet.sequence(), atLeast);
    knows(wallet);
    entityTag = tag;
  }

  /** It was told that nothing is newer than what it knows; {@code atLeast} as above. */
  void nothingNew(long atLeast) {
    account.ledger().shown(sequence, atLeast);
  }

  /** It was told a sequence by its websocket, when that opened; {@code atLeast} as above. */
  void heard(long current, long atLeast) {
    account.ledger().shown(current, atLeast);
  }

  /** It has something to save, which goes on top of what it knows. */
  void changes(int bytes) {
    if (givenUp) {
      return;
    }
    wantsToSave = true;
    tries = 0;
    lastUnderstood = System.nanoTime();
    draws(bytes);
  }

  /** Whether it still has to save, or to learn whether it did. */
  boolean isSaving() {
    return wantsToSave;
  }

  /** The same bytes as long as their fate is unknown: a retry is no conflict then. */
  String body() {
    return draft.orElseThrow().body();
  }

  /** How often in a row it did not get an answer that it understands. */
  int failedTries() {
    return tries;
  }

  /** Its write was stored. */
  void accepted() {
    Wallet stored = draft.orElseThrow();
    account.ledger().accepted(number, stored);
    sequence = stored.sequence();
    contents = drafted;
    wantsToSave = false;
  }

  /**
   * Its write was not the next one. It merges, and draws up another, unless the server's wallet
   * shows that an earlier try did get in.
   */
  void conflicts(String answer, int bytes) {
    boolean saidToBeIn = Wallet.json(answer).path("accepted").asBoolean();
    boolean isRetry = tries > 0;
    tries = 0;
    lastUnderstood = System.nanoTime();
    Wallet current = Wallet.in(answer).orElseThrow();
    Contents theirs = Contents.of(current, account.deviceCount());
    if (saidToBeIn || (isRetry && theirs.writes(number) >= drafted.writes(number))) {
      account.ledger().accepted(number, draft.orElseThrow());
      wantsToSave = false;
    } else {
      account.ledger().conflict();
    }
    knows(current);
    if (wantsToSave) {
      draws(bytes);
    }
  }

  /** There was no answer, or none that says what happened. */
  void isUnsure() {
    tries++;
  }

  /** How long it has tried to save without an answer that it understands. */
  Duration inTheDark() {
    return Duration.ofNanos(System.nanoTime() - lastUnderstood);
  }

  /** It ends without knowing. */
  void givesUp() {
    account.ledger().unknown();
    wantsToSave = false;
    givenUp = true;
  }

  /** Whether it does not know what became of its write; it must not write any more. */
  boolean isGivenUp() {
    return givenUp;
  }

  private void knows(Wallet wallet) {
    sequence = wallet.sequence();
    contents = Contents.of(wallet, account.deviceCount());
  }

  private void draws(int bytes) {
    drafted = contents.plus(number);
    draft = Optional.of(drafted.wallet(sequence + 1, bytes));
  }
}
