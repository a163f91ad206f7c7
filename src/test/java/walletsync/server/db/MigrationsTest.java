package walletsync.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.StartException;
import walletsync.support.Sql;
import walletsync.support.TestPostgres;

/** The schema is brought up to date, and otherwise left alone. */
class MigrationsTest {
  private static final String VERSIONS =
      "SELECT count(*) FROM flyway_schema_history WHERE success AND version IS NOT NULL";

  @Test
  void theNewestVersionIsThatOfTheLastFile() {
    assertThat(Migrations.version(TestPostgres.freshDatabase()).newest())
        .as("Migrations.NEWEST: without it, a new file would never be run where older ones were")
        .isEqualTo(Migrations.NEWEST);
  }

  @Test
  void whatAnEarlierReleaseMadeIsBroughtUpToDate() {
    External database = TestPostgres.emptyDatabase();
    Migrations.run(database, "public", "3");

    Migrations.run(database);

    assertThat(Migrations.version(database).isCurrent()).isTrue();
  }

  @Test
  void whereNothingIsLeftToDoNothingIsWritten() {
    External database = TestPostgres.freshDatabase();
    Sql.update(
        database,
        "ALTER DATABASE " + database.database() + " SET default_transaction_read_only = on");

    Migrations.run(database);

    assertThat(Migrations.version(database).isCurrent()).isTrue();
  }

  @Test
  void aMigrationThatFailedIsNotPassedOver() {
    External database = TestPostgres.freshDatabase();
    Sql.update(database, "UPDATE flyway_schema_history SET success = false WHERE version = '2'");

    assertThatThrownBy(() -> Migrations.run(database))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("Cannot bring the schema");
  }

  @Test
  void aHistoryFurtherBackInTheSearchPathIsSomebodyElses() {
    External database = TestPostgres.freshDatabase();
    Sql.update(database, "CREATE SCHEMA ours");
    Sql.update(
        database, "ALTER DATABASE " + database.database() + " SET search_path = ours, public");

    Migrations.run(database);

    assertThat(Sql.number(database, VERSIONS.replace("FROM ", "FROM ours.")))
        .isEqualTo(Sql.number(database, VERSIONS.replace("FROM ", "FROM public.")));
  }

  @Test
  void theSchemaOfANewerReleaseIsServedAsItIs() {
    External database = TestPostgres.freshDatabase();
    Sql.update(
        database,
        """
        INSERT INTO flyway_schema_history
        SELECT 1000, '999', description, type, script, checksum, installed_by, installed_on,
               execution_time, success
        FROM flyway_schema_history WHERE version = '1'
        """);

    Migrations.run(database);

    assertThat(Migrations.version(database).isOfNewerRelease()).isTrue();
  }
}
