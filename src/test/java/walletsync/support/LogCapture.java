package walletsync.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Everything that is logged while this is open, by every server of this process: use it in tests
 * that run alone.
 */
public final class LogCapture implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  public LogCapture() {
    events.start();
    root.addAppender(events);
  }

  /** Every line, with its level and its stack trace. */
  public List<String> lines() {
    return List.copyOf(events.list).stream().map(LogCapture::line).toList();
  }

  /** The lines that call for somebody's attention. */
  public List<String> errors() {
    return List.copyOf(events.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .map(LogCapture::line)
        .toList();
  }

  private static String line(ILoggingEvent event) {
    String line =
        event.getLevel()
            + " "
            + event.getLoggerName()
            + " - "
            + event.getFormattedMessage()
            + pairs(event);
    return event.getThrowableProxy() == null
        ? line
        : line + "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  private static String pairs(ILoggingEvent event) {
    return event.getKeyValuePairs() == null
        ? ""
        : event.getKeyValuePairs().stream()
            .map(pair -> " " + pair.key + "=\"" + pair.value + "\"")
            .collect(Collectors.joining());
  }

  @Override
  public void close() {
    root.detachAppender(events);
  }
}
