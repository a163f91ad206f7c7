package walletsync.server.settings;

/**
 * What the server logs.
 *
 * @param format how a line looks
 * @param level the least important lines that are logged
 * @param requests whether each request gets a line
 */
public record LogSettings(LogFormat format, LogLevel level, boolean requests) {}
