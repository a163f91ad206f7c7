package walletsync.client.state;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.FileMutex;
import walletsync.client.local.PrivateFiles;

/** The folder of a profile, for its owner alone. One operation at a time uses it. */
public final class StateFolder {
  private final Path folder;
  private final String email;
  private final Duration patience;

  /**
   * The folder, which need not exist yet.
   *
   * @param email the account that it belongs to
   * @param patience how long an operation waits for another that is using the folder
   */
  public StateFolder(Path folder, String email, Duration patience) {
    this.folder = folder;
    this.email = email;
    this.patience = patience;
  }

  /** Does something with the state while no other thread or process uses the profile. */
  public <T> T exclusively(Function<LocalState, T> work) {
    return FileMutex.holding(folder.resolve("lock"), patience, () -> work.apply(load()));
  }

  /**
   * The state; a fresh one where there is none yet.
   *
   * @throws ClientException with {@link Problem#USAGE} if it is another account's, with {@link
   *     Problem#LOCAL} if it cannot be read
   */
  public LocalState load() {
    LocalState state = read();
    if (!state.email().equals(email)) {
      throw new ClientException(Problem.USAGE, "This profile belongs to another account.");
    }
    return state;
  }

  private LocalState read() {
    Path file = file();
    try {
      return PrivateFiles.read(file).map(StateJson::read).orElseGet(() -> LocalState.fresh(email));
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
