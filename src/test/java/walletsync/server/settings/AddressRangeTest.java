package walletsync.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of addresses, of both versions. */
class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3/8, 10.9.9.9, true",
    "192.168.1.7, 192.168.1.7, true",
    "192.168.1.7, 192.168.1.8, false",
    "192.168.1.6/31, 192.168.1.7, true",
    "192.168.1.6/31, 192.168.1.8, false",
    "0.0.0.0/0, 1.2.3.4, true",
    "0.0.0.0/0, ::1, false",
    "fd00::/8, fd12:3456::1, true",
    "fd00::/8, fe00::1, false",
    "::1, ::1, true",
    "::1, 0:0:0:0:0:0:0:1, true",
    "10.0.0.0/8, localhost, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "fe80::/10, fe80::1%eth0, true",
    "10.0.0.0/8, '', false"
  })
  void aRangeContainsWhatBeginsAsItDoes(String range, String address, boolean contains) {
    assertThat(AddressRange.parse(range).orElseThrow().contains(address)).isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0/8",
        "10.0.0.256",
        "256.1.1.1",
        ".:1",
        "1:2",
        "::/129",
        ":::",
        "localhost",
        "example.com/8",
        " 10.0.0.0/8",
        "10.0.0.0/8 "
      })
  void anythingElseIsNone(String text) {
    assertThat(AddressRange.parse(text)).isEmpty();
  }
}
