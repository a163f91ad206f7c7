package walletsync.server.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a process remembers of accounts whose old versions are due. */
class DueAccountsTest {
  private final DueAccounts due = new DueAccounts(20);

  @Test
  void onlyAnAccountWithMoreVersionsThanAreKeptIsDueAndOnlyOnce() {
    due.saved(1, 20);
    assertThat(due.isEmpty()).isTrue();
    due.saved(1, 21);
    due.saved(2, 99);
    due.saved(1, 22);
    assertThat(due.take(10)).containsExactly(1L, 2L);
    assertThat(due.isEmpty()).isTrue();
  }

  @Test
  void whoeverIsMoreThanCanBeRememberedIsLeftToAWalk() {
    for (long account = 1; account <= DueAccounts.MOST; account++) {
      due.add(account);
    }
    due.add(1);
    assertThat(due.takeMissed()).as("it was there already").isFalse();
    due.add(DueAccounts.MOST + 1L);
    assertThat(due.takeMissed()).isTrue();
    assertThat(due.takeMissed()).as("is said once").isFalse();
    assertThat(due.take(DueAccounts.MOST + 1)).hasSize(DueAccounts.MOST);
  }
}
