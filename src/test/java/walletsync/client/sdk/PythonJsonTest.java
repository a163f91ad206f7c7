package walletsync.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.client.failure.ClientException;

class PythonJsonTest {
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1e-7, 1e-07",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1e16, 1e+16",
    "9999999999999998.0, 9999999999999998.0",
    "123456789012345680.0, 1.2345678901234568e+17",
    "1571762543.351794, 1571762543.351794",
    "5e-324, 5e-324",
    "1e-323, 1e-323",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "1e23, 1e+23",
    "2e22, 2e+22",
    "100.0, 100.0",
    "-0.0, -0.0",
    "0.0, 0.0",
    "1e400, Infinity",
    "NaN, NaN",
    "-Infinity, -Infinity",
    "-0, 0",
    "123456789012345678901234567890, 123456789012345678901234567890"
  })
  void numbersAreWrittenAsPythonWritesThem(String read, String written) {
    assertThat(PythonJson.write(PythonJson.parse(read))).isEqualTo(written);
  }

  @Property(tries = 2000)
  void floatsReadBackTheSame(@ForAll double number) {
    assertThat(Double.parseDouble(PythonFloat.repr(number))).isEqualTo(number);
    assertThat(PythonFloat.repr(number)).hasSizeLessThanOrEqualTo(24);
  }

  @Property(tries = 500)
  void anyTextIsAsciiAndReadsBackTheSame(@ForAll String text) {
    String json = PythonJson.write(com.fasterxml.jackson.databind.node.TextNode.valueOf(text));

    assertThat(json).matches("[\\x20-\\x7e]*");
    assertThat(PythonJson.parse(json).textValue()).isEqualTo(text);
  }

  @Test
  void ofMembersWithOneNameTheLastValueStandsInTheFirstPlace() {
    assertThat(PythonJson.write(PythonJson.parse("{\"a\":1,\"b\":2,\"a\":3}")))
        .isEqualTo("{\"a\": 3, \"b\": 2}");
  }

  @Test
  void filesAreIndentedAndSortedByCodePoint() {
    assertThat(
            PythonJson.writeSorted(
                PythonJson.parse("{\"\\ud83d\\ude00\":[],\"\\uffff\":{},\"a\":[1,{\"b\":null}]}")))
        .isEqualTo(
            "{\n    \"a\": [\n        1,\n        {\n            \"b\": null\n        }\n    ],\n"
                + "    \"\\uffff\": {},\n    \"\\ud83d\\ude00\": []\n}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{}{}", "[1,]", "nul", "\"\u0001\"", "01", "'a'", "{a:1}"})
  void whatPythonRefusesIsRefused(String text) {
    assertThatThrownBy(() -> PythonJson.parse(text)).isInstanceOf(ClientException.class);
  }

  @Test
  void bottomlessNestingIsRefused() {
    assertThatThrownBy(() -> PythonJson.parse("[".repeat(100_000)))
        .isInstanceOf(ClientException.class);
    assertThatThrownBy(() -> PythonJson.parse("9".repeat(100_000)))
        .isInstanceOf(ClientException.class);
  }
}
