package walletsync.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What operators read about settings is what the server does. */
class SettingsDocumentationTest {
  private static final Path TABLES = Path.of("docs", "settings.md");
  private static final Path FILE = Path.of("conf", "server.properties");

  private static final List<String> HEADER = List.of("Setting", "Default", "Values", "Meaning");
  private static final Pattern LINE = Pattern.compile("#([A-Z_]+)=(.*)");
  private static final int SETTING = 0;
  private static final int DEFAULT = 1;
  private static final int VALUES = 2;
  private static final int MEANING = 3;

  @Test
  void theTablesHaveEverySettingOnceAndNothingElse() throws IOException {
    assertThat(rows().stream().map(row -> row.get(SETTING)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Setting.values()).map(setting -> "`" + setting + "`").toList());
  }

  @ParameterizedTest
  @EnumSource
  void theTablesSayWhatASettingIs(Setting setting) throws IOException {
    List<String> row =
        rows().stream()
            .filter(it -> it.get(SETTING).equals("`" + setting.name() + "`"))
            .findFirst()
            .orElseThrow();

    if (setting.otherwise().isEmpty()) {
      assertThat(row.get(DEFAULT)).matches("\\*[a-z ]+\\*");
    } else {
      assertThat(row.get(DEFAULT)).isEqualTo("`" + setting.otherwise() + "`");
    }
    assertThat(row.get(VALUES)).isEqualTo(setting.allowed());
    assertThat(row.get(MEANING)).matches("[A-Z].{10,}\\.");
  }

  @Test
  void theFileHasEverySettingOnceInTheOrderOfTheTablesAndNothingElse() throws IOException {
    assertThat(defaultsOfTheFile().stream().map(Map.Entry::getKey))
        .containsExactlyElementsOf(
            rows().stream().map(row -> row.get(SETTING).replace("`", "")).toList());
  }

  @Test
  void theFileHasEachDefault() throws IOException {
    assertThat(
            defaultsOfTheFile().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
        .isEqualTo(
            Arrays.stream(Setting.values())
                .collect(Collectors.toMap(Setting::name, Setting::otherwise)));
  }

  @Test
  void theFileExplainsEachSettingAndItsDefaultAboveIt() throws IOException {
    String comment = "";
    for (String line : Files.readAllLines(FILE)) {
      Matcher setting = LINE.matcher(line);
      if (setting.matches()) {
        assertThat(comment)
            .as(setting.group(1))
            .contains(setting.group(2).isEmpty() ? "Default: " : "Default " + setting.group(2));
      }
      comment = line.startsWith("# ") ? comment + line.substring(1) : "";
    }
  }

  @Test
  void theFileNamesEverySettingThatNamesAFileWithASecret() throws IOException {
    String text = Files.readString(FILE);

    assertThat(Arrays.stream(Setting.values()).filter(Setting::isSecret).map(Setting::fileName))
        .isNotEmpty()
        .allMatch(text::contains);
  }

  @Test
  void theFileAsItComesChangesNothing() {
    assertThat(Settings.load(Map.of(), Optional.of(FILE)))
        .isEqualTo(Settings.load(Map.of(), Optional.empty()));
  }

  /** The cells of all tables. */
  private static List<List<String>> rows() throws IOException {
    List<List<String>> rows =
        Files.readAllLines(TABLES).stream()
            .filter(line -> line.startsWith("|"))
            .filter(line -> !line.matches("[|\\- ]+"))
            .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
            .map(cells -> Arrays.stream(cells).map(String::trim).toList())
            .toList();
    assertThat(rows).contains(HEADER).allMatch(row -> row.size() == HEADER.size());
    return rows.stream().filter(row -> !row.equals(HEADER)).toList();
  }

  /** The settings that are commented out. Prose has a blank behind its number sign. */
  private static List<Map.Entry<String, String>> defaultsOfTheFile() throws IOException {
    return Files.readAllLines(FILE).stream()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(line -> Map.entry(line.group(1), line.group(2)))
        .toList();
  }
}
