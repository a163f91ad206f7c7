package walletsync.cli;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import walletsync.client.keys.KeyDerivation;

/** Shows that keys are being derived: it takes seconds, during which nothing else happens. */
final class Progress {
  private Progress() {}

  /** The same derivation, with a dot for each second. */
  static KeyDerivation shown(KeyDerivation derivation, PrintStream err) {
    return (password, salt, length) -> {
      ScheduledExecutorService dots =
          Executors.newSingleThreadScheduledExecutor(
              work -> {
                Thread thread = new Thread(work, "progress");
                thread.setDaemon(true);
                return thread;
              });
      boolean[] shown = new boolean[1];
      try {
        var unused =
            dots.scheduleAtFixedRate(
                () -> {
                  shown[0] = true;
                  err.print('.');
                  err.flush();
                },
                1,
                1,
                TimeUnit.SECONDS);
        return derivation.derive(password, salt, length);
      } finally {
        dots.shutdownNow();
        if (shown[0]) {
          err.println();
        }
      }
    };
  }
}
