package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import walletsync.client.keys.HmacKey;
import walletsync.client.keys.SaltSeed;
import walletsync.client.merge.Conflict;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Credentials;

/** What is logged or shown by mistake shows nothing that is the person's. */
class RevealNothingTest {
  @Test
  void valuesAndKeysDoNotShowInTexts() {
    Preference preference = Preference.of(PythonJson.parse("\"private\""), 1);
    Credentials credentials =
        new Credentials(SaltSeed.random(), HmacKey.of(new byte[32]), "check of the password");
    LocalState state = LocalState.fresh("joe@example.com").withCredentials(credentials);
    Conflict conflict =
        new Conflict("a", Optional.of(preference), Optional.empty(), Optional.empty());

    assertThat(preference.toString() + conflict).doesNotContain("private");
    assertThat(credentials.toString() + state)
        .doesNotContain("check of", credentials.saltSeed().text(), "0000");
  }
}
