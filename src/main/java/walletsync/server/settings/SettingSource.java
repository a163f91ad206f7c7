package walletsync.server.settings;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where settings are read from: environment variables over the lines of a file. A blank value is an
 * unset one; values are exact.
 */
final class SettingSource {
  private final Map<String, String> environment;
  private final Map<String, String> file;

  SettingSource(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
    for (String name : file.keySet()) {
      if (Arrays.stream(Setting.values()).noneMatch(s -> s.name().equals(name))) {
        throw new StartException("Unknown setting " + name + " in the settings file.");
      }
    }
  }

  Optional<String> text(Setting setting) {
    return Optional.ofNullable(environment.get(setting.name()))
        .filter(value -> !value.isBlank())
        .or(() -> Optional.ofNullable(file.get(setting.name())))
        .filter(value -> !value.isBlank());
  }

  String text(Setting setting, String otherwise) {
    return text(setting).orElse(otherwise);
  }

  int number(Setting setting, int otherwise, int least, int most) {
    Optional<String> text = text(setting);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      // Digits only: parseInt also takes a sign, and digits of other scripts.
      int number = text.get().matches("[0-9]{1,9}") ? Integer.parseInt(text.get()) : -1;
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message below
    }
    throw bad(setting, "must be a whole number from " + least + " to " + most);
  }

  <E extends Enum<E>> E choice(Setting setting, Class<E> type, E otherwise) {
    return text(setting)
        .map(
            value ->
                Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> bad(setting, "must be one of " + choices(type))))
        .orElse(otherwise);
  }

  static StartException bad(Setting setting, String problem) {
    return new StartException("Setting " + setting + " " + problem + ".");
  }

  private static <E extends Enum<E>> String choices(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }
}
