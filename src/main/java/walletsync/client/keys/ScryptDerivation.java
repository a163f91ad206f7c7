package walletsync.client.keys;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.bouncycastle.crypto.generators.SCrypt;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;

/** scrypt (RFC 7914), whose memory is checked before it is asked for. */
record ScryptDerivation(int n, int r, int p) implements KeyDerivation {
  static final ScryptDerivation STANDARD = new ScryptDerivation(1 << 20, 8, 1);

  /** One derivation at a time in a process: two would need twice the memory. */
  private static final Object ONE_AT_A_TIME = new Object();

  @Override
  public byte[] derive(Secret password, byte[] salt, int length) {
    synchronized (ONE_AT_A_TIME) {
      if (Runtime.getRuntime().maxMemory() < neededBytes() || machineBytes() < neededBytes()) {
        throw outOfMemory();
      }
      try {
        return SCrypt.generate(password.utf8(), salt, n, r, p, length);
      } catch (OutOfMemoryError e) {
        throw outOfMemory();
      }
    }
  }

  /** Of the machine or the container: where it has less, the system would kill the process. */
  private static long machineBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize() + machine.getTotalSwapSpaceSize()
        : Long.MAX_VALUE;
  }

  /** The table of scrypt, and a little to live on. */
  private long neededBytes() {
    return 128L * n * r + 32 * 1024 * 1024;
  }

  private ClientException outOfMemory() {
    return new ClientException(
        Problem.MEMORY,
        "Deriving the keys takes "
            + 128L * n * r / (1024 * 1024)
            + " MiB of memory, and Java has too little. Start it with -Xmx1280m, on a machine that"
            + " has that much free.");
  }
}
