package walletsync.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;
import walletsync.support.KeysPage;
import walletsync.support.Vectors;

class KeysTest {
  /** Its account is a real one, of the original test client. */
  private static final KeysPage PAGE = KeysPage.read();

  @Test
  void saltsAreTheOriginalClients() {
    for (JsonNode vector : Vectors.of("client_kdf_head")) {
      assertThat(
              Keys.salt(
                  vector.path("email").textValue(),
                  new SaltSeed(vector.path("salt_seed").textValue())))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo(vector.path("scrypt_salt_ascii").textValue());
    }
  }

  @Test
  void theDerivedBytesAreSplitAsTheOriginalClientDoes() {
    for (JsonNode vector : Vectors.of("client_kdf_head")) {
      byte[] derived = HexFormat.of().parseHex(vector.path("kdf_output_hex").textValue());
      Keys keys =
          Keys.derive(
              vector.path("email").textValue(),
              Secret.of(vector.path("root_password").textValue()),
              new SaltSeed(vector.path("salt_seed").textValue()),
              (password, salt, length) -> Arrays.copyOf(derived, length));

      assertThat(keys.loginPassword().reveal())
          .isEqualTo(vector.path("lbry_id_password").textValue());
      assertThat(keys.hmacKey().hex()).isEqualTo(vector.path("hmac_key_hex").textValue());
    }
  }

  @Test
  void scryptIsThatOfItsRfc() {
    for (JsonNode vector : Vectors.of("scrypt_rfc7914")) {
      assertThat(
              new ScryptDerivation(
                      vector.path("N").intValue(),
                      vector.path("r").intValue(),
                      vector.path("p").intValue())
                  .derive(
                      Secret.of(vector.path("password").textValue()),
                      vector.path("salt").textValue().getBytes(StandardCharsets.UTF_8),
                      vector.path("dkLen").intValue()))
          .isEqualTo(HexFormat.of().parseHex(vector.path("hex").textValue()));
    }
  }

  /** In a process of its own, since this one has not the memory. */
  @Test
  void atFullCostTheKeysAreThoseOfTheRealAccount() throws Exception {
    JsonNode vector = Vectors.of("client_kdf_head").get(0);

    assertThat(derivation("-Xmx1280m"))
        .isEqualTo(PAGE.value("login password") + " " + PAGE.value("HMAC key"))
        .isEqualTo(
            vector.path("lbry_id_password").textValue()
                + " "
                + vector.path("hmac_key_hex").textValue());
  }

  @Test
  void withTooLittleMemoryTheReasonIsSaid() throws Exception {
    assertThat(derivation("-Xmx256m"))
        .isEqualTo(
            "MEMORY: Deriving the keys takes 1024 MiB of memory, and Java has too little. Start it"
                + " with -Xmx1280m, on a machine that has that much free.");
  }

  private static String derivation(String memory) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                memory,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                DeriveOnce.class.getName(),
                PAGE.value("e-mail"),
                PAGE.value("password"),
                PAGE.value("salt seed"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }

  @Test
  void proofsAreTheOriginalClients() {
    for (JsonNode vector : Vectors.of("hmac_head")) {
      HmacKey key = HmacKey.ofHex(vector.path("key_hex").textValue());
      Wallet wallet =
          key.sign(
              vector.path("encrypted_wallet").textValue(), vector.path("sequence").longValue());

      assertThat(wallet.hmac()).isEqualTo(vector.path("hmac").textValue());
      assertThat(key.verifies(wallet)).isTrue();
    }
  }

  @Test
  void aProofHoldsForItsWalletAndSequenceOnly() {
    HmacKey key = HmacKey.of(new byte[32]);
    Wallet wallet = key.sign("wallet", 7);

    assertThat(key.verifies(new Wallet("wallet", 8, wallet.hmac()))).isFalse();
    assertThat(key.verifies(new Wallet("another", 7, wallet.hmac()))).isFalse();
    assertThat(key.verifies(new Wallet("wallet", 7, ""))).isFalse();
    assertThat(key).hasToString("***");
  }

  @Test
  void aSaltSeedThatIsNoneIsNotTakenFromAServer() {
    assertThatThrownBy(() -> new SaltSeed("x"))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNTRUSTED));
  }
}
