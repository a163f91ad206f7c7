package walletsync.server.db.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import walletsync.server.settings.StartException;

/**
 * The account that runs Postgres when this process is root.
 *
 * @param name as in the operating system's list of accounts
 * @param uid its number
 * @param gid the number of its first group
 */
record Account(String name, int uid, int gid) {
  static final int ROOT_UID = 0;

  private static final List<String> CANDIDATES =
      List.of(EmbeddedPostgres.USER, "postgres", "nobody");

  /** Empty when this process is an ordinary user, who runs Postgres as itself. */
  static Optional<Account> forPostgres(Optional<String> wanted, Path cluster) throws IOException {
    if (new UnixSystem().getUid() != ROOT_UID) {
      return Optional.empty();
    }
    if (wanted.isPresent()) {
      return Optional.of(
          find(wanted.get())
              .orElseThrow(
                  () ->
                      new StartException(
                          "The account %s, to run Postgres, does not exist or is root; name another one"
                              .formatted(wanted.get()))));
    }
    // Whoever owns the data keeps it, so that a start as root now and then changes nothing.
    Optional<Account> owner = ownerOf(cluster);
    return Optional.of(
        owner
            .or(() -> CANDIDATES.stream().flatMap(name -> find(name).stream()).findFirst())
            .orElseThrow(
                () ->
                    new StartException(
                        ("Postgres refuses to run as root, and none of the accounts %s exists;"
                                + " start as an ordinary user, or set DATABASE_URL")
                            .formatted(String.join(", ", CANDIDATES)))));
  }

  boolean owns(Path path) throws IOException {
    return uid == uidOf(path);
  }

  private static Optional<Account> ownerOf(Path path) throws IOException {
    return Files.exists(path)
        ? ask("-un", String.valueOf(uidOf(path))).flatMap(Account::find)
        : Optional.empty();
  }

  private static Optional<Account> find(String name) {
    Optional<Integer> uid = ask("-u", name).map(Integer::valueOf);
    Optional<Integer> gid = ask("-g", name).map(Integer::valueOf);
    return uid.isEmpty() || gid.isEmpty() || uid.get() == ROOT_UID
        ? Optional.empty()
        : Optional.of(new Account(name, uid.get(), gid.get()));
  }

  /** {@code id} knows every account, also those that are in no file (LDAP). */
  private static Optional<String> ask(String option, String account) {
    Launcher.Output output =
        Launcher.capture(List.of("id", option, "--", account), Duration.ofSeconds(10));
    return output.exitCode() == 0 ? Optional.of(output.text().strip()) : Optional.empty();
  }

  private static int uidOf(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }
}
