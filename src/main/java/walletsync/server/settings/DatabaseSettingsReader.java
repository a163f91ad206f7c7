package walletsync.server.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import walletsync.protocol.Secret;

/**
 * Reads which database to use. {@code DATABASE_URL} is read first and the {@code PG…} variables
 * fill in what it leaves out, as libpq does; without any of them the embedded database runs.
 */
final class DatabaseSettingsReader {
  private static final List<String> SSL_MODES =
      List.of("disable", "prefer", "require", "verify-ca", "verify-full");
  private static final Set<String> URL_PARAMETERS = Set.of("sslmode", "sslrootcert");

  /** What is read here. */
  static final Set<Setting> SETTINGS =
      Set.of(
          Setting.DATA_DIR,
          Setting.EMBEDDED_POSTGRES_USER,
          Setting.DATABASE_URL,
          Setting.PGHOST,
          Setting.PGPORT,
          Setting.PGDATABASE,
          Setting.PGUSER,
          Setting.PGPASSWORD,
          Setting.PGSSLMODE,
          Setting.PGSSLROOTCERT,
          Setting.DATABASE_POOL_SIZE);

  private final SettingSource source;

  DatabaseSettingsReader(SettingSource source) {
    this.source = source;
  }

  DatabaseSettings read() {
    boolean external =
        Stream.of(
                Setting.DATABASE_URL,
                Setting.PGHOST,
                Setting.PGPORT,
                Setting.PGDATABASE,
                Setting.PGUSER,
                Setting.PGPASSWORD)
            .anyMatch(source::isSet);
    return external ? external() : embedded();
  }

  private DatabaseSettings embedded() {
    return new DatabaseSettings.Embedded(
        source.get(Setting.DATA_DIR, Path.class),
        source.findText(Setting.EMBEDDED_POSTGRES_USER),
        // Two pools, once more while they are renewed, and some for commands and notifications.
        4 * source.number(Setting.DATABASE_POOL_SIZE) + 10);
  }

  private DatabaseSettings external() {
    Optional<URI> url = source.findText(Setting.DATABASE_URL).map(DatabaseSettingsReader::url);
    String[] userInfo =
        url.map(URI::getRawUserInfo).map(info -> info.split(":", 2)).orElse(new String[0]);
    Map<String, String> parameters = url.map(u -> parameters(u.getRawQuery())).orElse(Map.of());

    String user =
        userInfo.length > 0 && !userInfo[0].isEmpty()
            ? decode(userInfo[0])
            : source.findText(Setting.PGUSER).orElse(System.getProperty("user.name", "postgres"));
    String sslMode =
        Optional.ofNullable(parameters.get("sslmode")).orElse(source.text(Setting.PGSSLMODE));
    if (!SSL_MODES.contains(sslMode)) {
      throw SettingSource.bad(
          parameters.containsKey("sslmode") ? Setting.DATABASE_URL : Setting.PGSSLMODE,
          "has an unknown sslmode; use one of " + String.join(", ", SSL_MODES));
    }
    return new DatabaseSettings.External(
        url.map(URI::getHost).orElse(source.text(Setting.PGHOST)),
        url.map(URI::getPort).filter(port -> port > 0).orElse(source.number(Setting.PGPORT)),
        url.map(u -> decode(u.getRawPath()).replaceFirst("^/", ""))
            .filter(name -> !name.isEmpty())
            .orElse(source.findText(Setting.PGDATABASE).orElse(user)),
        user,
        Secret.of(
            userInfo.length > 1
                ? decode(userInfo[1])
                : source.findText(Setting.PGPASSWORD).orElse("")),
        sslMode,
        Optional.ofNullable(parameters.get("sslrootcert"))
            .or(() -> source.findText(Setting.PGSSLROOTCERT))
            .map(file -> path(Setting.PGSSLROOTCERT, file)));
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      if (Set.of("postgres", "postgresql").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null
          && (url.getPort() == -1 || (url.getPort() >= 1 && url.getPort() <= 65535))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Its message would quote the password.
    }
    throw SettingSource.bad(
        Setting.DATABASE_URL, "must look like postgresql://user:password@host:5432/database");
  }

  private static Map<String, String> parameters(String rawQuery) {
    Map<String, String> parameters = new HashMap<>();
    if (rawQuery == null) {
      return parameters;
    }
    for (String pair : rawQuery.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length < 2 || !URL_PARAMETERS.contains(parts[0])) {
        throw SettingSource.bad(
            Setting.DATABASE_URL,
            "has an unknown parameter '" + parts[0] + "'; known are sslmode and sslrootcert");
      }
      parameters.put(parts[0], decode(parts[1]));
    }
    return parameters;
  }

  private static String decode(String text) {
    // In the parts of a URL a plus is a plus.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static Path path(Setting setting, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw SettingSource.bad(setting, "is not a path");
    }
  }
}
