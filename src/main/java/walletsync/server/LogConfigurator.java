package walletsync.server;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * How logs begin: one line an event, on standard error, since standard output belongs to what the
 * server tells its user. {@link Logging} applies the settings afterwards.
 *
 * <p>Logback finds this through {@link java.util.ServiceLoader}. The same as {@code logback.xml}
 * would make up a tenth of the server's start; whoever has one of his own, named by {@code
 * -Dlogback.configurationFile} or on the class path, gets what it says instead.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX} %-5level %logger{0} - %msg %kvp{NONE}%n%ex{12}";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (isConfiguredByAFile()) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder line = new PatternLayoutEncoder();
    line.setContext(context);
    line.setCharset(StandardCharsets.UTF_8);
    line.setPattern(PATTERN);
    line.start();
    ConsoleAppender<ILoggingEvent> standardError = new ConsoleAppender<>();
    standardError.setContext(context);
    standardError.setName("STDERR");
    standardError.setTarget("System.err");
    standardError.setEncoder(line);
    standardError.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(standardError);
    context.getLogger("walletsync").setLevel(Level.INFO);
    // It warns of every Postgres that is newer than itself.
    context.getLogger("org.flywaydb").setLevel(Level.ERROR);
    // It quotes what mail servers say, which may hold addresses; MailVerticle says what is wrong.
    context.getLogger("io.vertx.ext.mail").setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Whether {@link DefaultJoranConfigurator}, which comes next, has something to read. */
  static boolean isConfiguredByAFile() {
    ClassLoader classes = LogConfigurator.class.getClassLoader();
    return System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
        || Stream.of(ClassicConstants.TEST_AUTOCONFIG_FILE, ClassicConstants.AUTOCONFIG_FILE)
            .anyMatch(file -> classes.getResource(file) != null);
  }
}
