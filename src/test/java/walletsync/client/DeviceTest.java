package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import walletsync.client.merge.Base;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkWallet;
import walletsync.support.Vectors;

class DeviceTest {
  /** A server's word that a wallet was stored must not make a change look like an old state. */
  @Test
  void ofAWalletThatIsSaidToBeStoredOnlyWhatTheCurrentOneBearsOutIsBase() {
    SdkWallet before = wallet("An Account", 1);
    SdkWallet posted = wallet("Renamed", 5);

    Base disproved = Device.acceptedBase(Base.of(before), Base.of(posted), before);
    assertThat(disproved).isEqualTo(Base.of(before));

    Base proved = Device.acceptedBase(Base.of(before), Base.of(posted), posted);
    assertThat(proved).isEqualTo(Base.of(posted));
  }

  private static SdkWallet wallet(String name, long seconds) {
    ObjectNode account = Vectors.of("sync_hash").get(1).path("accounts").get(0).deepCopy();
    return SdkWallet.empty()
        .withAccounts(JsonNodeFactory.instance.arrayNode().add(account.put("name", name)))
        .with("a", Preference.of(PythonJson.parse("1"), seconds));
  }
}
