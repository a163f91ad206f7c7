package walletsync.walkthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.support.TestServer;

/** Runs the walk-through; the committed page must be what comes out. */
class WalkThroughTest {
  private static final Path PAGE = Path.of("docs", "walk-through.md");

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void theWalkThroughTellsWhatHappens(@TempDir Path folder) throws IOException {
    String page = WalkThrough.write(server.port(), folder);

    if (Boolean.getBoolean("walk-through.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(page)
        .as("docs/walk-through.md; see its first lines for the command that writes it")
        .isEqualTo(Files.readString(PAGE));
  }
}
