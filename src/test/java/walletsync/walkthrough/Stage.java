package walletsync.walkthrough;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import walletsync.client.keys.KeyDerivation;
import walletsync.client.sdk.CheapContainer;
import walletsync.client.sdk.Packing;
import walletsync.support.Await;
import walletsync.support.CheapKeys;

/**
 * What the snippets see of the world outside, in place of the terminal. What a client tells from a
 * thread of its own is kept apart, since it could come between any two lines.
 */
public final class Stage {
  private static final List<String> LINES = new CopyOnWriteArrayList<>();
  private static final List<String> ASIDE = new CopyOnWriteArrayList<>();

  private Stage() {}

  /** Stands for {@code System.out::println}. */
  public static void print(String line) {
    if (Thread.currentThread().getName().startsWith("wallet-sync-")) {
      ASIDE.add(line);
    } else {
      LINES.add(line);
    }
  }

  /** Keys that a test can pay; what is printed does not depend on them. */
  public static KeyDerivation keys() {
    return CheapKeys.derivation();
  }

  /** Containers that a test can pay. */
  public static Packing packing() {
    return CheapContainer.packing();
  }

  /** What was printed since the last call. */
  static List<String> takeLines() {
    List<String> taken = List.copyOf(LINES);
    LINES.clear();
    return taken;
  }

  /** What was told from another thread, once this line is among it. */
  static List<String> takeAside(String awaited) {
    Await.until("a client says: " + awaited, () -> ASIDE.contains(awaited));
    List<String> taken = List.copyOf(ASIDE);
    ASIDE.clear();
    return taken;
  }
}
