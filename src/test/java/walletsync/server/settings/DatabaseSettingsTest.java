package walletsync.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.DatabaseSettings.Embedded;
import walletsync.server.settings.DatabaseSettings.External;

/** Which Postgres is used: {@code DATABASE_URL}, what the PG settings add to it, or our own. */
class DatabaseSettingsTest {
  private static final String SECRET = "s3cr3t";

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:p@db.example.com:5433/wallets, db.example.com, 5433, wallets, u, p",
    "postgres://u:p@db.example.com:5433/wallets, db.example.com, 5433, wallets, u, p",
    "postgresql://u:p@db/wallets, db, 5432, wallets, u, p",
    "postgresql://u:p@db, db, 5432, u, u, p",
    "postgresql://u:p@db/, db, 5432, u, u, p",
    "postgresql://u@db/wallets, db, 5432, wallets, u, ''",
    "postgresql://u:@db/wallets, db, 5432, wallets, u, ''",
    "postgresql://u%40x:p%3A%2F%40%25%3F%23+1@db/my%20wallets, db, 5432, my wallets, u@x, p:/@%?#+1",
    "postgresql://u:p:q@db/wallets, db, 5432, wallets, u, p:q",
    "postgresql://u:p@127.0.0.1:1/w, 127.0.0.1, 1, w, u, p",
    "postgresql://u:p@[::1]:65535/w, [::1], 65535, w, u, p"
  })
  void aUrlSaysWhere(
      String url, String host, int port, String database, String user, String password) {
    External external = external(Map.of("DATABASE_URL", url));

    assertThat(external.host()).isEqualTo(host);
    assertThat(external.port()).isEqualTo(port);
    assertThat(external.database()).isEqualTo(database);
    assertThat(external.user()).isEqualTo(user);
    assertThat(external.password().reveal()).isEqualTo(password);
    assertThat(external.sslMode()).isEqualTo("prefer");
    assertThat(external.sslRootCert()).isEmpty();
  }

  @Test
  void theParametersOfAUrlSayHowToEncrypt() {
    External external =
        external(
            Map.of(
                "DATABASE_URL",
                "postgresql://u:p@db/w?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"));

    assertThat(external.sslMode()).isEqualTo("verify-full");
    assertThat(external.sslRootCert()).contains(Path.of("/etc/ca.pem"));
  }

  @Test
  void thePgSettingsSayTheSame() {
    External external =
        external(
            Map.of(
                "PGHOST", "db.example.com",
                "PGPORT", "5433",
                "PGDATABASE", "wallets",
                "PGUSER", "u",
                "PGPASSWORD", "p",
                "PGSSLMODE", "require",
                "PGSSLROOTCERT", "/etc/ca.pem"));

    assertThat(external)
        .isEqualTo(
            new External(
                "db.example.com",
                5433,
                "wallets",
                "u",
                walletsync.protocol.Secret.of("p"),
                "require",
                Optional.of(Path.of("/etc/ca.pem"))));
  }

  @Test
  void whatAUrlLeavesOutIsTakenFromThePgSettings() {
    External external =
        external(
            Map.of(
                "DATABASE_URL", "postgresql://db.example.com",
                "PGHOST", "other.example.com",
                "PGPORT", "5433",
                "PGDATABASE", "wallets",
                "PGUSER", "u",
                "PGPASSWORD", "p"));

    assertThat(external.host()).isEqualTo("db.example.com");
    assertThat(external.port()).isEqualTo(5433);
    assertThat(external.database()).isEqualTo("wallets");
    assertThat(external.user()).isEqualTo("u");
    assertThat(external.password().reveal()).isEqualTo("p");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PGHOST", "PGDATABASE", "PGUSER", "PGPASSWORD"})
  void anyPgSettingMeansAnExternalDatabase(String name) {
    assertThat(load(Map.of(name, "x"))).isInstanceOf(External.class);
    assertThat(load(Map.of(name, " "))).isInstanceOf(Embedded.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cr3t",
        "http://u:s3cr3t@db/w",
        "jdbc:postgresql://u:s3cr3t@db/w",
        "postgresql:u:s3cr3t@db/w",
        "postgresql://u:s3cr3t@/w",
        "postgresql:///w?password=s3cr3t",
        "postgresql://u:s3cr3t@db host/w",
        "postgresql://u:s3cr3t%zz@db/w",
        "postgresql://u:s3cr3t^@db/w",
        "postgresql://u:s3cr3t@db:port/w",
        "postgresql://u:s3cr3t@db:0/w",
        "postgresql://u:s3cr3t@db:65536/w",
        "postgresql://u:s3cr3t@db:99999/w",
        "postgresql://u:s3cr3t@db/w?sslmode=sometimes",
        "postgresql://u:s3cr3t@db/w?sslmode=",
        "postgresql://u:s3cr3t@db/w?sslmode",
        "postgresql://u:s3cr3t@db/w?sslMode=require",
        "postgresql://u:s3cr3t@db/w?options=-c",
        "postgresql://u:x@db/w?sslpassword=s3cr3t"
      })
  void aBadUrlStopsTheStartWithoutTellingThePassword(String url) {
    assertStopped("DATABASE_URL", Map.of("DATABASE_URL", url));
  }

  @ParameterizedTest
  @CsvSource({
    "PGPORT, 0",
    "PGPORT, 65536",
    "PGPORT, -5432",
    "PGPORT, x",
    "PGSSLMODE, sometimes",
    "PGSSLMODE, Require"
  })
  void aBadPgSettingStopsTheStart(String name, String value) {
    assertStopped(name, Map.of("PGHOST", "db", "PGPASSWORD", SECRET, name, value));
  }

  @Test
  void settingsDoNotPrintThePassword() {
    Settings settings =
        Settings.load(
            Map.of("DATABASE_URL", "postgresql://u:" + SECRET + "@db/w"), Optional.empty());

    assertThat(settings.toString()).doesNotContain(SECRET);
  }

  private static void assertStopped(String setting, Map<String, String> environment) {
    StartException stopped = catchThrowableOfType(StartException.class, () -> load(environment));

    assertThat(stopped).as(environment.toString()).isNotNull();
    assertThat(stopped.getMessage()).contains(setting).doesNotContain("\n").doesNotContain(SECRET);
    assertThat(String.valueOf(stopped.getCause())).doesNotContain(SECRET);
  }

  private static External external(Map<String, String> environment) {
    return (External) load(environment);
  }

  private static DatabaseSettings load(Map<String, String> environment) {
    return Settings.load(environment, Optional.empty()).database();
  }
}
