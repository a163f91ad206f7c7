package walletsync.load;

import java.util.List;
import java.util.stream.IntStream;

/** An account that the load made for itself, its devices, and the ledger of what they wrote. */
final class LoadAccount {
  private final String email;
  private final String password;
  private final int deviceCount;
  private final Ledger ledger;
  private final List<Device> devices;

  LoadAccount(String email, String password, int devices) {
    this.email = email;
    this.password = password;
    this.deviceCount = devices; // which they ask for while they are made
    this.ledger = new Ledger(devices);
    this.devices = IntStream.range(0, devices).mapToObj(n -> new Device(this, n)).toList();
  }

  int deviceCount() {
    return deviceCount;
  }

  Ledger ledger() {
    return ledger;
  }

  List<Device> devices() {
    return devices;
  }

  String signUpBody() {
    return "{\"email\":\"%s\",\"password\":\"%s\",\"clientSaltSeed\":\"%s\"}"
        .formatted(email, password, "5a".repeat(32));
  }

  @Override
  public String toString() {
    return "account " + email.substring(email.lastIndexOf('-') + 1, email.indexOf('@'));
  }

  String signInBody(Device device) {
    return "{\"email\":\"%s\",\"password\":\"%s\",\"deviceId\":\"%s\"}"
        .formatted(email, password, device.id());
  }
}
