package walletsync.client.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import org.junit.jupiter.api.Test;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.sdk.WalletContainer;
import walletsync.protocol.Secret;
import walletsync.protocol.Sha256;
import walletsync.protocol.Wallet;
import walletsync.support.KeysPage;

/**
 * The worked examples of {@code docs/keys.md}, each computed as the page says and compared with
 * what the client makes of it. {@link KeysTest} derives its keys at full cost.
 */
class KeysDocumentationTest {
  private static final HexFormat HEX = HexFormat.of();

  private final KeysPage page = KeysPage.read();

  @Test
  void everyValueOfThePageFollowsFromTheOthers() throws Exception {
    Map<String, String> computed = new LinkedHashMap<>();
    String email = given(computed, "e-mail");
    String password = given(computed, "password");
    String seed = given(computed, "salt seed");
    String sha256 = HEX.formatHex(Sha256.of(email + ":" + seed));
    computed.put("SHA-256", sha256);
    computed.put("salt", sha256.substring(0, 32));
    byte[] derived = HEX.parseHex(given(computed, "derived bytes"));
    computed.put("login password", Base64.getEncoder().encodeToString(Arrays.copyOf(derived, 32)));
    computed.put("HMAC key", HEX.formatHex(Arrays.copyOfRange(derived, 32, 64)));

    String json = given(computed, "JSON");
    byte[] random = HEX.parseHex(given(computed, "random bytes"));
    byte[] key =
        SCrypt.generate(password.getBytes(StandardCharsets.UTF_8), random, 8192, 16, 1, 32);
    computed.put("container key", HEX.formatHex(key));
    byte[] stream = deflated(json);
    computed.put("zlib stream", HEX.formatHex(stream));
    String container = container(random, key, stream);
    computed.put("container", container);

    HmacKey hmacKey = HmacKey.of(Arrays.copyOfRange(derived, 32, 64));
    for (String next : new String[] {"", "next "}) {
      String sequence = given(computed, next + "sequence");
      computed.put(next + "hmac", hmacKey.sign(container, Long.parseLong(sequence)).hmac());
    }

    assertThat(page.values().entrySet()).containsExactlyElementsOf(computed.entrySet());
  }

  @Test
  void theClientMakesTheSameKeys() {
    byte[] derived = HEX.parseHex(page.value("derived bytes"));

    Keys keys =
        Keys.derive(
            page.value("e-mail"),
            Secret.of(page.value("password")),
            new SaltSeed(page.value("salt seed")),
            (password, salt, length) -> {
              assertThat(password.reveal()).isEqualTo(page.value("password"));
              assertThat(salt).asString(StandardCharsets.US_ASCII).isEqualTo(page.value("salt"));
              assertThat(length).isEqualTo(derived.length);
              return derived;
            });

    assertThat(keys.loginPassword().reveal()).isEqualTo(page.value("login password"));
    assertThat(keys.hmacKey().hex()).isEqualTo(page.value("HMAC key"));
  }

  @Test
  void theClientReadsTheContainerAndAcceptsTheSignatures() {
    String container = page.value("container");
    Secret password = Secret.of(page.value("password"));
    HmacKey key = HmacKey.ofHex(page.value("HMAC key"));

    assertThat(WalletContainer.decrypt(container, password)).isEqualTo(page.value("JSON"));
    assertThat(SdkWallet.unpack(container, password).json()).isEqualTo(page.value("JSON"));
    assertThat(key.verifies(new Wallet(container, 1, page.value("hmac")))).isTrue();
    assertThat(key.verifies(new Wallet(container, 2, page.value("next hmac")))).isTrue();
    assertThat(key.verifies(new Wallet(container, 2, page.value("hmac")))).isFalse();
  }

  /** What the other values are computed from. */
  private String given(Map<String, String> computed, String name) {
    computed.put(name, page.value(name));
    return page.value(name);
  }

  private static byte[] deflated(String text) {
    Deflater deflater = new Deflater();
    deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
    deflater.finish();
    byte[] stream = new byte[1000];
    int length = deflater.deflate(stream);
    assertThat(deflater.finished()).isTrue();
    deflater.end();
    return Arrays.copyOf(stream, length);
  }

  private static String container(byte[] random, byte[] key, byte[] stream) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(random));
    byte[] ciphertext = cipher.doFinal(stream);
    byte[] head = "s:8192:16:1:".getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder()
        .encodeToString(
            ByteBuffer.allocate(head.length + random.length + ciphertext.length)
                .put(head)
                .put(random)
                .put(ciphertext)
                .array());
  }
}
