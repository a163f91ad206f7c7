package walletsync.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;
import walletsync.support.Vectors;

/** Byte for byte what the SDK makes: containers, JSON text, hashes, ids. */
class WalletVectorsTest {
  static Stream<JsonNode> realWallets() {
    return vectors("real_sdk_wallets");
  }

  static Stream<JsonNode> vectors(String group) {
    return StreamSupport.stream(Vectors.of(group).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("realWallets")
  void realWalletsOpenAndAreMadeAgainByteForByte(JsonNode vector) {
    Secret password = Secret.of(vector.path("sdk_password").textValue());
    String container = vector.path("encrypted_wallet").textValue();

    String json = WalletContainer.decrypt(container, password);

    assertThat(json).isEqualTo(vector.path("json_text").textValue());
    SdkWallet wallet = SdkWallet.parse(json);
    assertThat(wallet.json()).isEqualTo(json);
    assertThat(wallet.hash()).isEqualTo(vector.path("sync_hash_if_key_order_kept").textValue());
    byte[] iv = HexFormat.of().parseHex(vector.path("iv_hex").textValue());
    byte[] key = HexFormat.of().parseHex(vector.path("aes256_key_hex").textValue());
    assertThat(WalletContainer.encrypt(json, key, iv)).isEqualTo(container);
  }

  @Test
  void theSeedsSevenWalletsHoldThePreferencesThatItShows() {
    assertThat(
            realWallets()
                .filter(vector -> vector.path("commit").textValue().equals("21c1ed0"))
                .map(
                    vector ->
                        SdkWallet.unpack(
                                vector.path("encrypted_wallet").textValue(),
                                Secret.of(vector.path("sdk_password").textValue()))
                            .values()
                            .toString()))
        .containsExactly(
            "{animal=\"\", car=\"\"}",
            "{animal=\"\", car=\"\"}",
            "{animal=\"cow\", car=\"\"}",
            "{animal=\"cow\", car=\"Audi\"}",
            "{animal=\"horse\", car=\"Audi\"}",
            "{animal=\"beaver\", car=\"Audi\"}",
            "{animal=\"beaver\", car=\"Toyota\"}");
  }

  @Test
  void containersWithAGivenIvAreTheSdks() {
    vectors("encrypt_fixed_iv")
        .forEach(
            vector ->
                assertThat(
                        WalletContainer.encrypt(
                            vector.path("json_text").textValue(),
                            Secret.of(vector.path("password").textValue()),
                            HexFormat.of().parseHex(vector.path("iv_hex").textValue())))
                    .as(vector.path("name").textValue())
                    .isEqualTo(vector.path("encrypted_wallet").textValue()));
  }

  @Test
  void zlibStreamsAreTheSdks() {
    realWallets()
        .forEach(
            vector ->
                assertThat(
                        Zlib.deflate(
                            vector.path("json_text").textValue().getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(HexFormat.of().parseHex(vector.path("zlib_hex").textValue())));
  }

  @Test
  void whatTheSdkOverlooksInAContainerIsOverlooked() {
    vectors("decrypt_lenient_inputs")
        .forEach(
            vector ->
                assertThat(
                        WalletContainer.decrypt(
                            vector.path("encrypted_wallet").textValue(),
                            Secret.of(vector.path("password").textValue())))
                    .as(vector.path("name").textValue())
                    .isEqualTo(vector.path("json_text").textValue()));
  }

  @Test
  void whatIsNoContainerIsRefused() {
    vectors("not_decryptable")
        .filter(vector -> vector.path("encrypted_wallet").textValue().startsWith("-"))
        .forEach(
            vector ->
                assertThatThrownBy(
                        () ->
                            WalletContainer.decrypt(
                                vector.path("encrypted_wallet").textValue(), Secret.of("123abc2")))
                    .isInstanceOfSatisfying(
                        ClientException.class,
                        e -> assertThat(e.problem()).isEqualTo(Problem.UNREADABLE)));
  }

  @Test
  void aWrongPasswordIsNamedAsSuchEvenIfThePaddingFitsByChance() {
    JsonNode vector = Vectors.of("wrong_password");
    String container = vector.path("encrypted_wallet").textValue();
    Stream<String> wrong =
        Stream.concat(
            Stream.of(vector.path("bad_padding_password").textValue()),
            StreamSupport.stream(vector.path("valid_padding_by_chance").spliterator(), false)
                .map(chance -> chance.path("password").textValue()));

    wrong.forEach(
        password ->
            assertThatThrownBy(() -> WalletContainer.decrypt(container, Secret.of(password)))
                .hasMessage("Password is invalid.")
                .isInstanceOfSatisfying(
                    ClientException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.SIGN_IN)));
  }

  @Test
  void hashesAreTheSdks() {
    vectors("sync_hash")
        .forEach(
            vector -> {
              ObjectNode root = JsonNodeFactory.instance.objectNode();
              root.set(
                  "preferences", PythonJson.parse(vector.path("preferences_json").textValue()));
              root.set("accounts", vector.path("accounts"));
              assertThat(SdkWallet.parse(PythonJson.write(root)).hash())
                  .as(vector.path("name").textValue())
                  .isEqualTo(vector.path("sync_hash").textValue());
            });
    assertThat(SdkWallet.empty().hash())
        .isEqualTo("c74f3008fdd2f7c5ae5446ab2e522629f63346f68a4026b4f72b91b393475ff6");
  }

  @Test
  void jsonTextIsPythons() {
    vectors("python_json_dumps")
        .forEach(
            vector ->
                assertThat(
                        PythonJson.write(PythonJson.parse(vector.path("value_json").textValue())))
                    .isEqualTo(vector.path("dumps").textValue()));
  }

  @Test
  void preferencesMergeAsInTheSdk() {
    vectors("preference_merge")
        .forEach(
            vector -> {
              ObjectNode merged = JsonNodeFactory.instance.objectNode();
              SdkMerge.preferences(
                      preferences(vector.path("local")), preferences(vector.path("incoming")))
                  .forEach((key, preference) -> merged.set(key, preference.entry()));
              assertThat(PythonJson.write(merged))
                  .as(vector.path("name").textValue())
                  .isEqualTo(vector.path("merged_json_text").textValue());
            });
  }

  @Test
  void accountIdsAreTheSdksWhicheverKeyIsThere() {
    JsonNode vector = Vectors.of("account_id").get(0);
    String mainnet = vector.path("account_id_lbc_mainnet").textValue();
    for (String key : new String[] {"seed", "private_key", "public_key"}) {
      ObjectNode account = JsonNodeFactory.instance.objectNode();
      account.put("ledger", "lbc_mainnet").put("seed", "").put("private_key", "");
      account.put("public_key", vector.path("public_key").textValue());
      account.set(key, vector.path(key));
      assertThat(AccountId.of(account)).as(key).isEqualTo(mainnet);
      assertThat(AccountId.of(account.put("ledger", "lbc_regtest")))
          .isEqualTo(vector.path("account_id_testnet_regtest").textValue());
    }
  }

  private static Map<String, Preference> preferences(JsonNode node) {
    Map<String, Preference> preferences = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      preferences.put(entry.getKey(), new Preference(entry.getValue()));
    }
    return preferences;
  }
}
