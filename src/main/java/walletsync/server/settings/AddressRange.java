package walletsync.server.settings;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of IP addresses in CIDR notation (RFC 4632), of either version: {@code 10.0.0.0/8},
 * {@code fd00::/8}, or a single address.
 */
public final class AddressRange {
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0};

  private final String text;
  private final byte[] network;
  private final int prefixBits;

  private AddressRange(String text, byte[] network, int prefixBits) {
    this.text = text;
    this.network = network;
    this.prefixBits = prefixBits;
  }

  /** Reads one; nothing where this is none. Names are none: they would be looked up. */
  public static Optional<AddressRange> parse(String text) {
    String[] parts = text.split("/", -1);
    Optional<byte[]> network = address(parts[0]);
    if (network.isEmpty() || parts.length > 2) {
      return Optional.empty();
    }
    int bits = network.get().length * 8;
    if (parts.length == 2 && !parts[1].matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    int prefix = parts.length == 2 ? Integer.parseInt(parts[1]) : bits;
    return prefix > bits
        ? Optional.empty()
        : Optional.of(new AddressRange(text, network.get(), prefix));
  }

  /** Whether it contains this address, which is one in digits. */
  public boolean contains(String address) {
    return address(address)
        .filter(bytes -> bytes.length == network.length)
        .filter(bytes -> prefix(bytes).equals(prefix(network)))
        .isPresent();
  }

  private BigInteger prefix(byte[] address) {
    return new BigInteger(1, address).shiftRight(address.length * 8 - prefixBits);
  }

  /** In digits only: names are not looked up. An IPv4 address in IPv6's clothes is one of IPv4. */
  private static Optional<byte[]> address(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text.replaceFirst("%.*", ""));
    if (bytes == null) {
      return Optional.empty();
    }
    boolean mapped = bytes.length == 16 && Arrays.equals(bytes, 0, 12, MAPPED, 0, 12);
    return Optional.of(mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes);
  }

  /** Whether this is an address, in digits. */
  public static boolean isAddress(String text) {
    return address(text).isPresent();
  }

  @Override
  public String toString() {
    return text;
  }
}
