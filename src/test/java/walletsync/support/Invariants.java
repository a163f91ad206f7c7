package walletsync.support;

import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.SoftAssertions;
import walletsync.server.admin.Check;
import walletsync.server.settings.DatabaseSettings.External;

/** What is true of every database, whatever happened: the rules of the command {@code check}. */
public final class Invariants {
  private Invariants() {}

  /** Fails the test with everything that is not as it must be. */
  public static void hold(External database) {
    SoftAssertions all = new SoftAssertions();
    try (Connection connection = TestPostgres.connect(database)) {
      for (Check.Result result : Check.run(connection)) {
        all.assertThat(result.shown()).as(result.name()).isEmpty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    all.assertAll();
  }
}
