package walletsync.server.db.embedded;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.StartException;

/**
 * A server that exists to be killed. It says at each step where it is, and then commits row after
 * row, saying so after each.
 */
public final class ChildMain {
  private ChildMain() {}

  /** With the data folder as the only argument. */
  public static void main(String[] arguments) throws Exception {
    printProgress();
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.start(EmbeddedPostgres.Options.of(Path.of(arguments[0])));
        Connection connection = Sql.asUser(postgres);
        Statement sql = connection.createStatement()) {
      System.out.println("POSTMASTER " + TestFolders.postmasterOf(postgres));
      sql.execute("CREATE TABLE IF NOT EXISTS committed (id int PRIMARY KEY)");
      int next = Integer.parseInt(Sql.value(connection, "SELECT count(*) + 1 FROM committed"));
      for (int id = next; ; id++) {
        sql.execute("INSERT INTO committed VALUES (" + id + ")");
        System.out.println("COMMITTED " + id);
      }
    } catch (StartException e) {
      System.out.println("REFUSED " + e.getMessage());
    }
  }

  /** Whatever the project's own logging is set to. */
  private static void printProgress() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    Logger logger = context.getLogger(EmbeddedPostgres.class.getPackageName());
    logger.addAppender(console);
    logger.setLevel(Level.DEBUG);
  }
}
