package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.protocol.AuthBody;
import walletsync.protocol.Email;
import walletsync.protocol.PasswordBody;
import walletsync.protocol.ResendBody;
import walletsync.protocol.Secret;
import walletsync.protocol.SignUpBody;
import walletsync.protocol.Wallet;
import walletsync.protocol.WalletBody;
import walletsync.server.auth.AuthRequest;
import walletsync.server.mail.MailRequest;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.MailSettings;
import walletsync.server.wallet.Fetched;
import walletsync.server.wallet.Saved;
import walletsync.server.wallet.WalletRequest;

/** Whatever may end up in a log by mistake does not tell a secret, a wallet or an address. */
class RevealNothingTest {
  private static final String TOLD = "s3cr3t";

  static Stream<Class<?>> records() {
    Stream<Class<?>> bodies =
        Stream.of(
            SignUpBody.class,
            AuthBody.class,
            WalletBody.class,
            PasswordBody.class,
            ResendBody.class,
            Wallet.class,
            Email.class,
            AuthRequest.LoggedIn.class,
            DatabaseSettings.External.class,
            MailSettings.Mailgun.class,
            MailSettings.Login.class);
    Stream<Class<?>> messages =
        Stream.of(
                AuthRequest.class,
                WalletRequest.class,
                MailRequest.class,
                Fetched.class,
                Saved.class)
            .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()));
    return Stream.concat(bodies, messages);
  }

  @ParameterizedTest
  @MethodSource("records")
  void aRecordDoesNotPrintWhatItKeeps(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = Arrays.stream(components).map(RevealNothingTest::value).toArray();
    Constructor<?> constructor =
        type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));

    assertThat(constructor.newInstance(values).toString())
        .startsWith(type.getSimpleName())
        .doesNotContain(TOLD);
  }

  @Test
  void aSecretIsThreeStars() {
    Secret secret = Secret.of(TOLD);

    assertThat(secret).hasToString("***");
    assertThat(String.valueOf(List.of(secret))).isEqualTo("[***]");
    assertThat(secret.reveal()).isEqualTo(TOLD);
  }

  @Test
  void secretsAreEqualWhenTheirTextsAre() {
    assertThat(Secret.of(TOLD)).isEqualTo(Secret.of(TOLD)).hasSameHashCodeAs(Secret.of(TOLD));
    assertThat(Secret.of(TOLD)).isNotEqualTo(Secret.of(TOLD + " ")).isNotEqualTo(Secret.of(""));
    assertThat(Secret.of("\u00e9")).isNotEqualTo(Secret.of("e\u0301"));
  }

  /** A value that tells, where the component may hold what nobody is to see. */
  private static Object value(RecordComponent component) {
    Class<?> type = component.getType();
    if (type == Secret.class) {
      return Secret.of(TOLD);
    } else if (type == Email.class) {
      return new Email(TOLD + "@example.com", TOLD + "@example.com");
    } else if (type == Wallet.class) {
      return new Wallet(TOLD, 1, TOLD);
    } else if (type == Optional.class) {
      boolean isWallet = component.getGenericType().getTypeName().contains("Wallet");
      return isWallet ? Optional.of(new Wallet(TOLD, 1, TOLD)) : Optional.of(Path.of("ca.pem"));
    } else if (type == String.class) {
      // The others are no secrets: the seed is public, a device's id and an account's are names.
      return Set.of("encryptedWallet", "hmac", "original", "normalized")
              .contains(component.getName())
          ? TOLD
          : "told";
    } else if (type == long.class) {
      return 1L;
    } else if (type == int.class) {
      return 1;
    } else if (type == boolean.class) {
      return true;
    } else if (type == Instant.class) {
      return Instant.EPOCH;
    } else if (type == List.class) {
      return List.of();
    } else if (type == URI.class) {
      return URI.create("https://example.com");
    } else if (type.isRecord()) {
      return new Wallet(TOLD, 1, TOLD).entityTag();
    }
    throw new AssertionError("How would one make a " + type + "?");
  }
}
