package walletsync.client.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;

/**
 * A wallet in a file of the SDK's own format, so that nothing has to be installed. Threads and
 * processes may use it at the same time.
 */
public final class FileWallet implements LocalWallet {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path file;
  private final Clock clock;

  /**
   * A wallet in this file, which need not exist yet.
   *
   * @param clock tells when a preference is set
   */
  public FileWallet(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  @Override
  public boolean exists() {
    return Files.exists(file);
  }

  @Override
  public void create() {
    edit(
        () -> {
          if (!exists()) {
            write(new MarkedWallet(SdkWallet.empty(), List.of()));
          }
          return true;
        });
  }

  @Override
  public SdkWallet read(Secret password) {
    return read().wallet();
  }

  @Override
  public Optional<SdkWallet> replace(SdkWallet expected, SdkWallet merged, Secret password) {
    return edit(
        () -> {
          MarkedWallet now = read();
          if (!now.wallet().sameContent(expected)) {
            return Optional.empty();
          }
          write(now.with(merged));
          return Optional.of(merged);
        });
  }

  @Override
  public Map<String, JsonNode> preferences() {
    return read().wallet().values();
  }

  /**
   * Sets a preference. Its time is now, and always later than that of what it replaces, even if the
   * clock is behind: otherwise a client that merges by timestamps would drop it.
   */
  @Override
  public JsonNode set(String key, JsonNode value) {
    return edit(
        () -> {
          MarkedWallet now = read();
          SdkWallet wallet = now.wallet();
          Preference old = wallet.preferences().get(key);
          Preference set = Preference.of(value, clock.instant().getEpochSecond());
          write(now.with(wallet.with(key, old == null ? set : set.newerThan(old))));
          return value;
        });
  }

  @Override
  public void unset(String key) {
    edit(
        () -> {
          MarkedWallet now = read();
          if (now.wallet().preferences().containsKey(key)) {
            write(now.with(now.wallet().without(key)));
          }
          return true;
        });
  }

  @Override
  public boolean canDelete() {
    return true;
  }

  @Override
  public boolean needsPassword() {
    return false;
  }

  @Override
  public String hash() {
    return read().wallet().hash();
  }

  /** Its name and not its folder: a profile may be moved as a whole. */
  @Override
  public String identity() {
    return "file:" + file.getFileName();
  }

  @Override
  public boolean descendsFrom(String mark) {
    return read().marks().contains(mark);
  }

  @Override
  public void mark(String before, String mark) {
    edit(
        () -> {
          if (exists()) {
            MarkedWallet now = read();
            if (before.isEmpty()) {
              write(new MarkedWallet(now.wallet(), List.of(mark)));
            } else if (now.marks().contains(before)) {
              write(new MarkedWallet(now.wallet(), List.of(mark, before)));
            }
          }
          return true;
        });
  }

  private MarkedWallet read() {
    String text =
        PrivateFiles.read(file)
            .orElseThrow(
                () -> new ClientException(Problem.LOCAL, "There is no wallet at " + file + "."));
    try {
      return MarkedWallet.parse(text);
    } catch (ClientException e) {
      throw new ClientException(
          e.problem(), "The wallet at " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  private void write(MarkedWallet wallet) {
    PrivateFiles.write(file, wallet.text());
  }

  private <T> T edit(Supplier<T> work) {
    return FileMutex.holding(file.resolveSibling(file.getFileName() + ".lock"), PATIENCE, work);
  }
}
