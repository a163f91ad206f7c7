package walletsync.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.client.failure.ClientException;

class ServerAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://wallets.example.com",
        "https://wallets.example.com:8443/",
        "https://example.com/wallets",
        "http://localhost:8090",
        "http://127.0.0.1:8090",
        "http://127.8.9.10",
        "http://[::1]:8090"
      })
  void serversAreReachedWithTlsOrOnThisMachine(String text) {
    assertThat(ServerAddress.of(text, false).resolve("/api/3/wallet").toString())
        .isEqualTo(text.replaceAll("/$", "") + "/api/3/wallet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://wallets.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "ftp://example.com",
        "example.com",
        "https://user:password@example.com",
        "https://example.com?x=1",
        "https://example.com#x",
        "https://",
        "https://exa mple.com",
        ""
      })
  void whatWouldShowTheSessionOrIsNoServerIsRefused(String text) {
    assertThatThrownBy(() -> ServerAddress.of(text, false)).isInstanceOf(ClientException.class);
  }

  @Test
  void plainHttpAnywhereCanBeInsistedOn() {
    assertThat(ServerAddress.of("http://10.0.0.1:8090", true).resolveWebSocket("/x").toString())
        .isEqualTo("ws://10.0.0.1:8090/x");
    assertThat(ServerAddress.of("https://a.b", false).resolveWebSocket("/x").toString())
        .isEqualTo("wss://a.b/x");
  }
}
