package walletsync.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.LogFormat;
import walletsync.server.settings.LogSettings;

/**
 * Applies the settings about logs to what {@link LogConfigurator} begins with. The level is that of
 * the server's own lines; libraries stay at warnings, as nobody can promise what they tell of a
 * wallet.
 */
final class Logging {
  private Logging() {}

  static void apply(LogSettings settings) {
    if (LogConfigurator.isConfiguredByAFile()
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return; // somebody has another logger, or a file for this one, and says there what is logged
    }
    context.getLogger("walletsync").setLevel(Level.toLevel(settings.level().toString()));
    if (settings.format() == LogFormat.JSON) {
      Iterator<Appender<ILoggingEvent>> appenders =
          context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
      appenders.forEachRemaining(appender -> writeJson(context, appender));
    }
  }

  private static void writeJson(LoggerContext context, Appender<ILoggingEvent> appender) {
    if (appender instanceof OutputStreamAppender<ILoggingEvent> stream) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.setWithFormattedMessage(true);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithContext(false);
      json.start();
      stream.stop();
      stream.setEncoder(json);
      stream.start();
    }
  }
}
