package walletsync.server.settings;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Where settings are read from: environment variables over the lines of a file, secrets also from
 * files of their own. A blank value is an unset one; values are exact, and nothing in them is
 * expanded.
 */
final class SettingSource {
  /** Over the converters of the library, which take more than is documented here. */
  private static final int OURS = 1_000;

  private final SmallRyeConfig config;
  private final Set<String> given = new HashSet<>();

  /**
   * @param environment all environment variables
   * @param file the lines of the settings file
   * @param wanted what will be read; files of other secrets are not looked at
   * @throws StartException for a name that is none, and for a secret that cannot be read
   */
  SettingSource(Map<String, String> environment, Map<String, String> file, Set<Setting> wanted) {
    UnknownSettings.refuse(environment.keySet(), file.keySet());
    Map<String, String> fromEnvironment = settings(environment, wanted);
    Map<String, String> fromFile = settings(file, wanted);
    given.addAll(fromEnvironment.keySet());
    given.addAll(fromFile.keySet());
    config =
        new SmallRyeConfigBuilder()
            .withSources(
                new PropertiesConfigSource(fromEnvironment, "the environment", 300),
                new PropertiesConfigSource(fromFile, "the settings file", 200))
            .withDefaultValues(defaults())
            .withConverter(Integer.class, OURS, SettingSource::digits)
            .withConverter(Boolean.class, OURS, SettingSource::flag)
            .withConverter(Path.class, OURS, Path::of)
            .withConverter(SignUpMode.class, OURS, choice(SignUpMode.class))
            .withConverter(MailTransport.class, OURS, choice(MailTransport.class))
            .withConverter(SmtpSecurity.class, OURS, choice(SmtpSecurity.class))
            .withConverter(PushTransport.class, OURS, choice(PushTransport.class))
            .withConverter(LogFormat.class, OURS, choice(LogFormat.class))
            .withConverter(LogLevel.class, OURS, choice(LogLevel.class))
            .build();
  }

  /** Whether somebody has set it. */
  boolean isSet(Setting setting) {
    return given.contains(setting.name());
  }

  /** The value of a setting that has a default. */
  <T> T get(Setting setting, Class<T> type) {
    return find(setting, type).orElseThrow();
  }

  /** The value, or the default where there is one. */
  <T> Optional<T> find(Setting setting, Class<T> type) {
    if (!isSet(setting) && setting.otherwise().isEmpty()) {
      return Optional.empty();
    }
    try {
      return config.getOptionalValue(setting.name(), type);
    } catch (IllegalArgumentException e) {
      // Its message would quote the value.
      boolean oneOf = setting.allowed().contains(",");
      throw bad(setting, "must be " + (oneOf ? "one of " : "") + setting.allowed());
    }
  }

  String text(Setting setting) {
    return get(setting, String.class);
  }

  Optional<String> findText(Setting setting) {
    return find(setting, String.class);
  }

  int number(Setting setting) {
    return findNumber(setting).orElseThrow();
  }

  Optional<Integer> findNumber(Setting setting) {
    Optional<Integer> number = find(setting, Integer.class);
    if (number.filter(it -> it < setting.least() || it > setting.most()).isPresent()) {
      throw bad(setting, "must be " + setting.allowed());
    }
    return number;
  }

  boolean flag(Setting setting) {
    return get(setting, Boolean.class);
  }

  Optional<Path> findPath(Setting setting) {
    return find(setting, Path.class);
  }

  /** The parts of a list that commas separate; empty parts and blanks are parts too. */
  List<String> list(Setting setting) {
    return findText(setting).map(text -> List.of(text.split(",", -1))).orElse(List.of());
  }

  static StartException bad(Setting setting, String problem) {
    return new StartException("Setting " + setting + " " + problem + ".");
  }

  private static Map<String, String> settings(Map<String, String> all, Set<Setting> wanted) {
    Map<String, String> settings = new HashMap<>();
    for (Setting setting : wanted) {
      SecretFiles.value(setting, all)
          .filter(value -> !value.isBlank() && !UnknownSettings.isServiceLink(value))
          .ifPresent(value -> settings.put(setting.name(), value));
    }
    return settings;
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new HashMap<>();
    for (Setting setting : Setting.values()) {
      if (!setting.otherwise().isEmpty()) {
        defaults.put(setting.name(), setting.otherwise());
      }
    }
    return defaults;
  }

  /** No sign, and no digits of other scripts. */
  private static Integer digits(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("not a number");
    }
    return Integer.valueOf(text);
  }

  private static Boolean flag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return Boolean.valueOf(text);
  }

  private static <E extends Enum<E>> Converter<E> choice(Class<E> type) {
    return text ->
        Arrays.stream(type.getEnumConstants())
            .filter(constant -> constant.toString().equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("none of the choices"));
  }
}
