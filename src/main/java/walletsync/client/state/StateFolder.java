package walletsync.client.state;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.FileMutex;
import walletsync.client.local.PrivateFiles;

/** The folder of a profile, for its owner alone. One operation at a time uses it. */
public final class StateFolder {
  private final Path folder;
  private final Duration patience;

  /**
   * The folder, which need not exist yet.
   *
   * @param patience how long an operation waits for another that is using the folder
   */
  public StateFolder(Path folder, Duration patience) {
    this.folder = folder;
    this.patience = patience;
  }

  /** Does something while no other thread or process uses the profile. */
  public <T> T exclusively(Supplier<T> work) {
    return FileMutex.holding(folder.resolve("lock"), patience, work);
  }

  /** The state; empty where there is none yet. */
  public Optional<LocalState> load() {
    Path file = file();
    try {
      return PrivateFiles.read(file).map(StateJson::read);
    } catch (ClientException e) {
      throw new ClientException(
          Problem.LOCAL, "The state in " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Writes the state; when this returns, a power cut cannot take it back. */
  public void save(LocalState state) {
    PrivateFiles.write(file(), StateJson.write(state));
  }

  private Path file() {
    return folder.resolve("state.json");
  }
}
