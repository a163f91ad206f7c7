package walletsync.server.admin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bytes, line ends and SHA-256 of what passes through. */
final class CountingDigest {
  private final MessageDigest sha256;
  private long bytes;
  private long lines;

  CountingDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  long bytes() {
    return bytes;
  }

  /** In COPY's text format each row is a line, and no value holds a line end. */
  long lines() {
    return lines;
  }

  /** To be asked once, at the end. */
  String sha256() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  OutputStream over(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        pass(buffer, offset, length);
        out.write(buffer, offset, length);
      }
    };
  }

  InputStream over(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
          pass(buffer, offset, read);
        }
        return read;
      }
    };
  }

  private void pass(byte[] buffer, int offset, int length) {
    sha256.update(buffer, offset, length);
    bytes += length;
    for (int i = offset; i < offset + length; i++) {
      if (buffer[i] == '\n') {
        lines++;
      }
    }
  }
}
