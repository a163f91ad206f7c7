package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.Secret;
import walletsync.server.settings.StartException;

/** The files of the database: made by initdb, once. */
final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final Duration INITDB_PATIENCE = Duration.ofMinutes(5);
  private static final long BYTES_NEEDED = 150L << 20;

  private final DataFolder folder;
  private final Binaries binaries;
  private final Launcher launcher;
  private final Optional<Account> account;

  Cluster(DataFolder folder, Binaries binaries, Launcher launcher, Optional<Account> account) {
    this.folder = folder;
    this.binaries = binaries;
    this.launcher = launcher;
    this.account = account;
  }

  /** Makes the cluster beside its place and moves it there when it is whole. */
  void create(Secret superuserPassword, boolean durable) throws IOException {
    DataFolder.demandSpace(folder.root(), BYTES_NEEDED);
    Path temporary = Files.createTempDirectory(folder.root(), DataFolder.TEMPORARY + "initdb-");
    Path passwordCopy = temporary.resolve("password");
    Path cluster = temporary.resolve("pgdata");

    // initdb reads the password from a file, since a command line is for all to see; and as the
    // account that it runs as, which may not read ours. The copy lives as long as initdb does.
    Disk.writePrivately(passwordCopy, superuserPassword.reveal() + "\n");
    if (account.isPresent()) {
      Disk.own(passwordCopy, account.get().uid(), account.get().gid());
      Disk.own(temporary, account.get().uid(), account.get().gid());
    }
    LOG.debug("Running initdb in {}", temporary);
    long before = folder.log().end();
    if (launcher.run(initdb(cluster, passwordCopy, durable), INITDB_PATIENCE) != 0) {
      throw new StartException(
          "initdb could not make the embedded Postgres' data in %s: %s (see %s)"
              .formatted(folder.root(), folder.log().tellingLine(before), folder.log().file()));
    }
    Disk.publish(cluster, folder.cluster());
    LOG.debug("The cluster is in place");
    Disk.deleteDespiteWriters(temporary);
  }

  private List<String> initdb(Path cluster, Path passwordFile, boolean durable) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + cluster,
                "--username=" + EmbeddedPostgres.SUPERUSER,
                "--pwfile=" + passwordFile,
                // Nobody gets in without a password, from wherever. Never "trust".
                "--auth=scram-sha-256",
                // Text sorts by its bytes, the same on every system and after every upgrade of it.
                "--locale=C",
                "--encoding=UTF8",
                // A disk that lies is noticed.
                "--data-checksums",
                "--no-instructions"));
    if (!durable) {
      command.add("--no-sync");
    }
    return command;
  }

  /** Makes sure that a cluster from earlier is one that this Postgres, in this account, can run. */
  void check() throws IOException {
    String version = version();
    if (!version.equals(binaries.majorVersion())) {
      throw new StartException(
          ("%s is of Postgres %s, but this server has Postgres %s; back it up with the release that"
                  + " made it and restore that into an empty DATA_DIR (docs/backup.md), or run"
                  + " Postgres %s yourself and set DATABASE_URL")
              .formatted(folder.cluster(), version, binaries.majorVersion(), version));
    }
    if (account.isPresent() && !account.get().owns(folder.cluster())) {
      LOG.info("Giving {} to {}", folder.cluster(), account.get().name());
      Disk.ownTree(folder.cluster(), account.get().uid(), account.get().gid());
    }
  }

  private String version() throws IOException {
    try {
      return Files.readString(folder.cluster().resolve("PG_VERSION")).strip();
    } catch (NoSuchFileException e) {
      throw new StartException(
          folder.cluster() + " is not the data of a Postgres (it has no PG_VERSION); move it away",
          e);
    }
  }
}
