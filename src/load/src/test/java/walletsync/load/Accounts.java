package walletsync.load;

import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * The accounts of a simulation, new ones in each run.
 *
 * @param signedIn how many devices of each have a token when the load begins
 */
record Accounts(List<LoadAccount> all, int signedIn) {
  /** The server hashes two passwords at a time: more would only wait there. */
  private static final int AT_A_TIME = 8;

  static Accounts of(int accounts, int devices, int signedIn) {
    byte[] random = new byte[6];
    ThreadLocalRandom.current().nextBytes(random);
    String run = HexFormat.of().formatHex(random);
    return new Accounts(
        IntStream.rangeClosed(1, accounts)
            .mapToObj(
                n ->
                    new LoadAccount(
                        "load-%s-%d@example.com".formatted(run, n), "password " + run, devices))
            .toList(),
        signedIn);
  }

  /** Makes them. */
  void prepare(URI url, int walletBytes) {
    Api api = Api.at(url);
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      List<Callable<Void>> jobs = new ArrayList<>();
      for (LoadAccount account : all) {
        jobs.add(
            () -> {
              api.prepare(account, signedIn, walletBytes);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(jobs)) {
        done.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      threads.shutdownNow();
      throw Refused.because("the accounts could not be made: " + e.getMessage());
    } finally {
      threads.shutdown();
    }
  }

  /** Those that have a token. */
  List<Device> devices() {
    return all.stream().flatMap(account -> account.devices().stream().limit(signedIn)).toList();
  }

  /** Those that have none yet. */
  List<Device> strangers() {
    return all.stream().flatMap(account -> account.devices().stream().skip(signedIn)).toList();
  }
}
