package walletsync.server.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import walletsync.protocol.Secret;

class ScramVerifierTest {
  @Test
  void thePasswordOfRfc7677GetsTheVerifierThatPostgresStoresForIt() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    assertThat(ScramVerifier.of(Secret.of("pencil"), salt, 4096))
        .isEqualTo(
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
  }

  @Test
  void everyVerifierHasItsOwnSalt() {
    assertThat(ScramVerifier.of(Secret.of("pencil")))
        .isNotEqualTo(ScramVerifier.of(Secret.of("pencil")));
  }
}
