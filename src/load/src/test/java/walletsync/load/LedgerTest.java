package walletsync.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check itself, against what servers could do wrong. */
final class LedgerTest {
  private static final int BYTES = 100;

  private final LoadAccount account = new LoadAccount("load-test-1@example.com", "password", 2);
  private final Device laptop = account.devices().get(0);
  private final Device phone = account.devices().get(1);

  /** What an honest server has after the laptop's first write. */
  private Wallet first;

  @BeforeEach
  void theLaptopSaves() {
    first = saves(laptop);
  }

  @Test
  void allIsWellWhenTheServerHasTheWalletThatWasAcceptedLast() {
    Wallet second = saves(laptop);

    Ledger.Verdict verdict = account.ledger().check(second);

    assertThat(verdict.isGood()).isTrue();
    assertThat(verdict.accepted()).isEqualTo(2);
    assertThat(verdict.found()).isEqualTo(2);
  }

  @Test
  void aMergedWriteKeepsTheOther() {
    phone.changes(BYTES);
    phone.conflicts(first.body(), BYTES);
    Wallet merged = stored(phone);

    assertThat(merged.sequence()).isEqualTo(2);
    assertThat(account.ledger().check(merged).isGood()).isTrue();
    assertThat(account.ledger().conflicts()).isEqualTo(1);
  }

  @Test
  void aWriteThatWasAcceptedAndNotStoredIsLost() {
    saves(laptop);

    assertThat(account.ledger().check(first).lost()).isEqualTo(1);
  }

  @Test
  void aWriteThatIsOverwrittenAtTheSameSequenceIsLost() {
    Wallet overwriting = saves(phone); // which has never seen the first

    Ledger.Verdict verdict = account.ledger().check(overwriting);

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.isGood()).isFalse();
  }

  @Test
  void aWriteThatNobodyMergedIsLostEvenIfTheSequenceIsRight() {
    Contents withoutTheFirst = Contents.empty(2).plus(1);
    account.ledger().accepted(1, withoutTheFirst.wallet(2, BYTES));

    assertThat(account.ledger().check(withoutTheFirst.wallet(2, BYTES)).lost()).isEqualTo(1);
  }

  @Test
  void aWriteThatWasRefusedMustNotBeThere() {
    Wallet second = Contents.of(first, 2).plus(0).wallet(2, BYTES);

    assertThat(account.ledger().check(second).complaint())
        .contains("1 writes are there that were refused");
  }

  @Test
  void anotherWalletAtTheRightSequenceIsNotTheOneThatWasAccepted() {
    Wallet other = Contents.of(first, 2).wallet(1, BYTES);

    assertThat(account.ledger().check(other).complaint())
        .contains("not the one that was accepted last");
  }

  @Test
  void anAnswerThatIsOlderThanWhatWasAcceptedBeforeItWasAskedForIsNoticed() {
    Wallet second = saves(laptop);
    phone.shown(first, "\"1\"", second.sequence());

    assertThat(account.ledger().check(second).complaint()).contains("1 answers were older");
  }

  @Test
  void aWriteWhoseAnswerWasLostCountsOnceItIsFoundInTheConflict() {
    phone.changes(BYTES);
    phone.conflicts(first.body(), BYTES);
    phone.isUnsure();
    Wallet second = Wallet.in(phone.body()).orElseThrow();
    Wallet third = Contents.of(second, 2).plus(0).wallet(3, BYTES);
    account.ledger().accepted(0, third);
    phone.conflicts(third.body(), BYTES);

    assertThat(phone.isSaving()).isFalse();
    assertThat(account.ledger().check(third).isGood()).isTrue();
  }

  @Test
  void aWriteOfUnknownFateMayBeThereOrNot() {
    phone.changes(BYTES);
    phone.conflicts(first.body(), BYTES);
    Wallet second = Wallet.in(phone.body()).orElseThrow();
    phone.givesUp();

    assertThat(account.ledger().check(first).isGood()).isTrue();
    assertThat(account.ledger().check(second).isGood()).isTrue();
  }

  private static Wallet saves(Device device) {
    device.changes(BYTES);
    return stored(device);
  }

  private static Wallet stored(Device device) {
    Wallet wallet = Wallet.in(device.body()).orElseThrow();
    device.accepted();
    return wallet;
  }
}
