package walletsync.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.Secret;
import walletsync.server.db.Migrations;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.Settings;

/**
 * The Postgres of the tests: the embedded one without its durability, or the one that the property
 * {@code test.database.url} names (its role must be allowed to create databases). Every caller gets
 * databases of its own, copied from one whose schema is up to date.
 */
public final class TestPostgres {
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static @Nullable TestPostgres instance;

  private final External maintenance;
  private final List<String> created = new CopyOnWriteArrayList<>();
  private final String prefix = "t" + ProcessHandle.current().pid() + "_";

  private TestPostgres(External maintenance) {
    this.maintenance = maintenance;
    External template = named(prefix + "template");
    execute(maintenance, "CREATE DATABASE " + template.database());
    created.add(template.database());
    Migrations.run(template);
    Runtime.getRuntime().addShutdownHook(new Thread(this::dropAll));
  }

  /** A new database with the server's schema. */
  public static External freshDatabase() {
    return get().create(" TEMPLATE " + get().prefix + "template");
  }

  /** A new database with nothing in it. */
  public static External emptyDatabase() {
    return get().create("");
  }

  /** The server itself, with a role that may create databases. */
  public static External maintenance() {
    return get().maintenance;
  }

  /** Runs a statement by JDBC, beside the server under test. */
  public static void execute(External database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** A JDBC connection; tests use it to hold locks and to look behind the API. */
  public static Connection connect(External database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(database.host(), database.port(), database.database()),
        database.user(),
        database.password().reveal());
  }

  private static synchronized TestPostgres get() {
    if (instance == null) {
      instance = new TestPostgres(external().orElseGet(TestPostgres::embedded));
    }
    return instance;
  }

  private static Optional<External> external() {
    return Optional.ofNullable(System.getProperty("test.database.url"))
        .filter(url -> !url.isBlank())
        .map(
            url ->
                Settings.load(Map.of("DATABASE_URL", url), Optional.empty()).database()
                        instanceof DatabaseSettings.External external
                    ? external
                    : null);
  }

  private static External embedded() {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            new EmbeddedPostgres.Options(
                Path.of("target", "test-postgres"), false, Optional.empty(), 400));
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
    return new External(
        postgres.host(),
        postgres.port(),
        "postgres",
        postgres.superuser(),
        postgres.superuserPassword(),
        "disable",
        Optional.empty());
  }

  /**
   * Lends the unpacked programs of this Postgres to a data folder: to unpack them takes longer than
   * many a test. Without them the folder's server unpacks its own.
   */
  public static void lendProgramsTo(Path dataDir) {
    maintenance();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(Path.of("target", "test-postgres"), "binaries-*")) {
      for (Path binaries : all) {
        if (!Files.exists(dataDir)) {
          Files.createDirectory(
              dataDir,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try (Stream<Path> files = Files.walk(binaries)) {
          for (Path file : (Iterable<Path>) files::iterator) {
            Path copy = dataDir.resolve(binaries.getFileName()).resolve(binaries.relativize(file));
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
              Files.createDirectories(copy);
            } else if (Files.isSymbolicLink(file)) {
              Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
            } else {
              Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
          }
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return; // the tests run on another Postgres
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** On a server that goes on after the tests, nothing is left behind. */
  private void dropAll() {
    if (external().isPresent()) {
      created.forEach(
          name -> execute(maintenance, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"));
    }
  }

  private External create(String options) {
    External database = named(prefix + COUNTER.incrementAndGet());
    // Two copies of one template at once would each find the other using it.
    synchronized (this) {
      execute(maintenance, "CREATE DATABASE " + database.database() + options);
      created.add(database.database());
    }
    return database;
  }

  private External named(String name) {
    return new External(
        maintenance.host(),
        maintenance.port(),
        name,
        maintenance.user(),
        Secret.of(maintenance.password().reveal()),
        maintenance.sslMode(),
        maintenance.sslRootCert());
  }
}
