package walletsync.server.wallet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Accounts that may have versions to purge, as far as this process has seen: each once, however
 * often it saves. Only a hint, so it is bounded, and may be lost with the process: {@link
 * VersionPurge} also walks over all accounts. Every verticle of a process shares one.
 */
public final class DueAccounts {
  static final int MOST = 50_000;

  private final Set<Long> accounts = new LinkedHashSet<>();
  private final int versionsKept;
  private boolean missed;

  /**
   * @param versionsKept how many of the newest versions of each wallet are kept
   */
  public DueAccounts(int versionsKept) {
    this.versionsKept = versionsKept;
  }

  int versionsKept() {
    return versionsKept;
  }

  /** Hears that a wallet was stored. */
  void saved(long account, long sequence) {
    if (sequence > versionsKept) {
      add(account);
    }
  }

  synchronized void add(long account) {
    if (accounts.size() < MOST) {
      accounts.add(account);
    } else {
      missed |= !accounts.contains(account);
    }
  }

  synchronized void addAll(Collection<Long> more) {
    more.forEach(this::add);
  }

  synchronized boolean isEmpty() {
    return accounts.isEmpty();
  }

  /** Whether there were too many since this was asked before: then only a walk finds the others. */
  synchronized boolean takeMissed() {
    boolean any = missed;
    missed = false;
    return any;
  }

  /** Takes some out, in the order in which they came. */
  synchronized List<Long> take(int most) {
    List<Long> taken = new ArrayList<>();
    for (Iterator<Long> all = accounts.iterator(); all.hasNext() && taken.size() < most; ) {
      taken.add(all.next());
      all.remove();
    }
    return taken;
  }
}
