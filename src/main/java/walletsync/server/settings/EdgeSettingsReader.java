package walletsync.server.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import walletsync.server.settings.EdgeSettings.Listen;
import walletsync.server.settings.EdgeSettings.Tls;

/** Reads where the server meets the network. */
final class EdgeSettingsReader {
  private final SettingSource source;

  EdgeSettingsReader(SettingSource source) {
    this.source = source;
  }

  EdgeSettings read() {
    String bindAddress = source.text(Setting.BIND_ADDRESS);
    int port = source.number(Setting.PORT);
    List<AddressRange> trusted = trustedProxies();
    boolean proxyProtocol = source.flag(Setting.PROXY_PROTOCOL);
    if (proxyProtocol && trusted.isEmpty()) {
      throw SettingSource.bad(Setting.PROXY_PROTOCOL, "needs TRUSTED_PROXIES");
    }
    return new EdgeSettings(
        bindAddress,
        port,
        management(bindAddress, port),
        tls(),
        trusted,
        proxyProtocol,
        source.number(Setting.MAX_CONNECTIONS),
        seconds(Setting.HEADER_TIMEOUT_SECONDS),
        seconds(Setting.BODY_TIMEOUT_SECONDS),
        seconds(Setting.IDLE_TIMEOUT_SECONDS),
        source.number(Setting.MAX_BODY_BYTES));
  }

  private Optional<Listen> management(String bindAddress, int port) {
    Optional<Integer> own = source.findNumber(Setting.MANAGEMENT_PORT);
    if (own.isEmpty() && source.isSet(Setting.MANAGEMENT_ADDRESS)) {
      throw SettingSource.bad(Setting.MANAGEMENT_ADDRESS, "needs MANAGEMENT_PORT");
    }
    if (own.filter(it -> it == port && it != 0).isPresent()) {
      throw SettingSource.bad(Setting.MANAGEMENT_PORT, "must not be PORT");
    }
    return own.map(
        it -> new Listen(source.findText(Setting.MANAGEMENT_ADDRESS).orElse(bindAddress), it));
  }

  private Optional<Tls> tls() {
    Optional<Path> certificate = readable(Setting.TLS_CERT_FILE);
    Optional<Path> key = readable(Setting.TLS_KEY_FILE);
    if (certificate.isPresent() != key.isPresent()) {
      throw certificate.isPresent()
          ? SettingSource.bad(Setting.TLS_CERT_FILE, "needs TLS_KEY_FILE")
          : SettingSource.bad(Setting.TLS_KEY_FILE, "needs TLS_CERT_FILE");
    }
    return certificate.flatMap(file -> key.map(it -> new Tls(file, it)));
  }

  private Optional<Path> readable(Setting setting) {
    Optional<Path> path = source.findPath(setting);
    if (path.filter(file -> !Files.isReadable(file)).isPresent()) {
      throw SettingSource.bad(setting, "names a file that cannot be read");
    }
    return path;
  }

  private List<AddressRange> trustedProxies() {
    return source.list(Setting.TRUSTED_PROXIES).stream()
        .map(
            text ->
                AddressRange.parse(text)
                    .orElseThrow(
                        () ->
                            SettingSource.bad(
                                Setting.TRUSTED_PROXIES,
                                "must be addresses or ranges like 10.0.0.0/8, separated by commas"
                                    + " without blanks")))
        .toList();
  }

  private Duration seconds(Setting setting) {
    return Duration.ofSeconds(source.number(setting));
  }
}
