package walletsync.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.protocol.Secret;
import walletsync.support.Vectors;

/** Password hashes in PHC form: ours, those of the original server, and what is neither. */
class PasswordHashTest {
  private static final String CURRENT = "$argon2id$v=19$m=19456,t=2,p=1$";

  private final PasswordHash passwords = new PasswordHash();

  @Test
  void aHashSaysHowItWasMade() {
    String hash = passwords.hash(Secret.of("password one"));

    // 16 bytes of salt and 32 of hash, in Base64 without padding
    assertThat(hash).startsWith(CURRENT).matches(".*\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
    assertThat(PasswordHash.isOutdated(hash)).isFalse();
  }

  @Test
  void twoHashesOfOnePasswordDiffer() {
    Secret password = Secret.of("password one");

    assertThat(passwords.hash(password)).isNotEqualTo(passwords.hash(password));
  }

  @ParameterizedTest
  @ValueSource(strings = {"éé 😀", "\0\0\0\0\0\0\0\0"})
  void onlyTheRightPasswordMatches(String password) {
    String hash = passwords.hash(Secret.of(password));

    assertThat(passwords.verify(hash, Secret.of(password))).isTrue();
    assertThat(passwords.verify(hash, Secret.of(password + " "))).isFalse();
    assertThat(passwords.verify(hash, Secret.of(password.substring(1)))).isFalse();
  }

  @Test
  void everyByteOfAPasswordCounts() {
    String large = "x".repeat(90_000);
    String hash = passwords.hash(Secret.of(large + "1"));

    assertThat(passwords.verify(hash, Secret.of(large + "1"))).isTrue();
    assertThat(passwords.verify(hash, Secret.of(large + "2"))).isFalse();
  }

  /** From the test suite of the reference implementation: phc-winner-argon2, src/test.c. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
      })
  void hashesOfTheReferenceImplementationAreVerified(String password, String hash) {
    assertThat(passwords.verify(hash, Secret.of(password))).isTrue();
    assertThat(PasswordHash.isOutdated(hash)).isTrue();
  }

  static Stream<JsonNode> originalHashes() {
    return StreamSupport.stream(Vectors.of("server_password_kdf").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("originalHashes")
  void hashesOfTheOriginalServerAreVerified(JsonNode vector) {
    String password = vector.get("password").asText();
    String hash =
        "$scrypt$ln=15,r=8,p=1$"
            + base64(vector.get("server_salt_hex").asText())
            + "$"
            + base64(vector.get("key_hex").asText());

    assertThat(passwords.verify(hash, Secret.of(password))).isTrue();
    assertThat(passwords.verify(hash, Secret.of(password + "x"))).isFalse();
    assertThat(PasswordHash.isOutdated(hash)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=19456,t=3,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$m=19457,t=2,p=1$c2FsdA$aGFzaA",
        "$argon2id$v=19$m=19456,t=2,p=2$c2FsdA$aGFzaA",
        "$argon2id$v=16$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        "$argon2id$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        "$scrypt$ln=15,r=8,p=1$c2FsdA$aGFzaA"
      })
  void aHashMadeInAnotherWayIsOutdated(String hash) {
    assertThat(PasswordHash.isOutdated(hash)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3cr3t",
        "$",
        "$argon2id",
        "$argon2id$v=19$m=19456,t=2,p=1",
        "$argon2id$v=19$m=19456,t=2,p=1$s3cr3t",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$",
        "$argon2id$v=19$m=19456,t=2,p=1$$s3cr3t",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$s3cr3t=",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$s3cr3t$s3cr3t",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$s3cr-t",
        " $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$s3cr3t",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$s3cr3t\n",
        "argon2id$v=19$m=19456,t=2,p=1$c2FsdA$s3cr3t",
        "$argon2id$v=19$m=x,t=2,p=1$c2FsdA$s3cr3t",
        "$argon2id$v=19$m,t,p$c2FsdA$s3cr3t",
        "$argon2id$v=19$$c2FsdA$s3cr3t",
        "$argon2id$v=19$m=99999999999,t=2,p=1$c2FsdA$s3cr3t",
        "$argon2id$v=19$t=2,p=1$c2FsdA$s3cr3t",
        "$argon2id$v=19$m=19456,p=1$c2FsdA$s3cr3t",
        "$scrypt$r=8,p=1$c2FsdA$s3cr3t",
        "$scrypt$ln=15,r=8$c2FsdA$s3cr3t",
        "$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$s3cr3t",
        "$2b$12$s3cr3ts3cr3ts3cr3ts3c.s3cr3ts3cr3ts3cr3ts3cr3ts3cr",
        "$bcrypt$c=12$c2FsdA$s3cr3t"
      })
  void whatIsNoHashOfOursIsAnErrorThatDoesNotQuoteIt(String stored) {
    IllegalArgumentException failure =
        catchThrowableOfType(
            IllegalArgumentException.class,
            () -> passwords.verify(stored, Secret.of("password one")));

    assertThat(failure).as(stored).isNotNull();
    assertThat(failure.toString()).doesNotContain("s3cr3t");
  }

  @Test
  void aStoredHashThatIsCutShortMatchesNothing() {
    String hash = passwords.hash(Secret.of("password one"));
    String cut = hash.substring(0, hash.length() - 4);

    assertThat(passwords.verify(cut, Secret.of("password one"))).isFalse();
  }

  @Test
  void nobodysHashTakesTheSameWorkAndNoPassword() {
    assertThat(PasswordHash.NOBODYS).startsWith(CURRENT);
    assertThat(PasswordHash.isOutdated(PasswordHash.NOBODYS)).isFalse();
    assertThat(passwords.verify(PasswordHash.NOBODYS, Secret.of(""))).isFalse();
    assertThat(passwords.verify(PasswordHash.NOBODYS, Secret.of("password one"))).isFalse();
  }

  @Test
  void aPhcStringIsReadAndWrittenAlike() {
    String text = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZ";

    Phc phc = Phc.parse(text);

    assertThat(phc.text()).isEqualTo(text);
    assertThat(phc.algorithm()).isEqualTo("argon2id");
    assertThat(phc.salt()).isEqualTo("c29tZXNhbHQ");
    assertThat(phc.toString()).doesNotContain("c29tZXNhbHQ").doesNotContain("CTFhFdXPJO1aFaMa");
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Phc.parse("x"));
  }

  private static String base64(String hex) {
    return Base64.getEncoder().withoutPadding().encodeToString(HexFormat.of().parseHex(hex));
  }
}
