package walletsync.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;

/** A server chooses what a client reads. Whatever it sends ends in one clear sentence. */
class HostileContainerTest {
  private static final Secret PASSWORD = Secret.of("123abc2");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s:1073741824:16:1:",
        "s:8192:1048576:1:",
        "s:8192:16:1000000:",
        "s:8192:16:99999999999999999999:",
        "s:8191:16:1:",
        "s:1:16:1:",
        "s:0:16:1:",
        "s:-8192:16:1:",
        "s:8192:0:1:",
        "s:65536:1:1:",
        "s::16:1:",
        "s:a:16:1:",
        "s:8192:16:",
        ""
      })
  void aHeaderThatAsksForTooMuchOrForNonsenseIsRefusedBeforeAnyWork(String header) {
    String container =
        Base64.getEncoder()
            .encodeToString((header + "x".repeat(48)).getBytes(StandardCharsets.US_ASCII));

    assertUnreadable(container);
  }

  @Test
  void anotherCostWithinReasonIsHonoured() {
    byte[] cheap = "s:2:2:1:".getBytes(StandardCharsets.US_ASCII);
    String container =
        Base64.getEncoder()
            .encodeToString(
                (new String(cheap, StandardCharsets.US_ASCII) + "x".repeat(48))
                    .getBytes(StandardCharsets.US_ASCII));

    assertThatThrownBy(() -> WalletContainer.decrypt(container, PASSWORD))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.SIGN_IN));
  }

  @Test
  void aBombEndsAtItsLimit() {
    byte[] bomb = Zlib.deflate(new byte[Zlib.MAX_BYTES + 1]);

    assertThat(bomb).hasSizeLessThan(20_000);
    assertThatThrownBy(() -> Zlib.inflate(bomb)).hasMessageContaining("unfolds without end");
  }

  @Test
  void cutOffAndDamagedStreamsAreRefused() {
    byte[] whole = Zlib.deflate("{\"a\": 1}".getBytes(StandardCharsets.US_ASCII));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Zlib.inflate(cut)).isInstanceOf(ClientException.class);
    }
    whole[whole.length - 1] ^= 1;
    assertThatThrownBy(() -> Zlib.inflate(whole)).isInstanceOf(ClientException.class);
  }

  @Test
  void cutOffContainersAreRefused() {
    String whole = WalletContainer.encrypt(SdkWallet.empty().json(), PASSWORD);
    for (int length = 0; length < whole.length(); length += 7) {
      String cut = whole.substring(0, length);
      assertThatThrownBy(() -> SdkWallet.unpack(cut, PASSWORD)).isInstanceOf(ClientException.class);
    }
  }

  @Test
  void anyDamageEndsInAWalletOrInAClearSentence() {
    Random random = new Random(4);
    byte[] whole =
        Base64.getDecoder()
            .decode(cheaply(WalletContainer.encrypt(SdkWallet.empty().json(), PASSWORD)));
    for (int run = 0; run < 3000; run++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      String container = Base64.getEncoder().encodeToString(damaged);
      try {
        SdkWallet.unpack(container, PASSWORD);
      } catch (ClientException e) {
        assertThat(e.getMessage()).endsWith(".").doesNotContain("Exception");
      }
    }
  }

  /** The damage is what counts here, not the time that keys take. */
  private static String cheaply(String container) {
    byte[] bytes = Base64.getDecoder().decode(container);
    byte[] header = "s:2:2:1:".getBytes(StandardCharsets.US_ASCII);
    byte[] cheap = new byte[bytes.length - 4];
    System.arraycopy(header, 0, cheap, 0, header.length);
    System.arraycopy(bytes, 12, cheap, header.length, bytes.length - 12);
    return Base64.getEncoder().encodeToString(cheap);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "{}",
        "{\"accounts\": {}}",
        "{\"accounts\": [1]}",
        "{\"accounts\": [], \"preferences\": []}",
        "{\"accounts\": [], \"preferences\": {\"a\": 1}}",
        "{\"accounts\": [], \"preferences\": {\"a\": {\"value\": 1}}}",
        "{\"accounts\": [], \"preferences\": {\"a\": {\"ts\": 1}}}",
        "{\"accounts\": [], \"preferences\": {\"a\": {\"value\": 1, \"ts\": \"1\"}}}",
        "{\"accounts\": [], \"preferences\": {\"a\": {\"value\": 1, \"ts\": NaN}}}",
        "{\"accounts\": [], \"preferences\": {\"a\": {\"value\": 1, \"ts\": true}}}"
      })
  void whatIsJsonButNoWalletIsRefused(String json) {
    assertThatThrownBy(() -> SdkWallet.parse(json))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNREADABLE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "xprv", "1", "é", "0OIl"})
  void damagedKeysOfAccountsAreRefused(String key) {
    assertThatThrownBy(
            () ->
                SdkWallet.parse(
                        "{\"accounts\": [{\"ledger\": \"lbc_mainnet\", \"private_key\": \""
                            + key
                            + "\"}]}")
                    .hash())
        .isInstanceOf(ClientException.class);
  }

  private static void assertUnreadable(String container) {
    assertThatThrownBy(() -> WalletContainer.decrypt(container, PASSWORD))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNREADABLE));
  }
}
