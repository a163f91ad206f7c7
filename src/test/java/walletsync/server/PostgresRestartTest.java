package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.db.Migrations;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.ServerProcess;
import walletsync.support.TcpProxy;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;

/** Postgres goes and comes back, somewhere else even; the servers and their sockets go on. */
class PostgresRestartTest {

  @Test
  void afterARestartOfPostgresEverySocketHearsAgain(@TempDir Path folder) {
    TestPostgres.lendProgramsTo(folder);
    EmbeddedPostgres first = start(folder);
    Migrations.run(first.address());
    try (TcpProxy proxy = new TcpProxy(first.address());
        ServerProcess one = ServerProcess.start(ServerProcess.settings(proxy.database()));
        ServerProcess two = ServerProcess.start(ServerProcess.settings(proxy.database()))) {
      one.awaitGreeting();
      two.awaitGreeting();
      TestAccount account = new TestAccount(one.http(), "joe@example.com");
      account.signUp().expect(201);
      TestDevice laptop = account.logIn("laptop");
      PushSocket here = PushSocket.open(laptop);
      PushSocket there = PushSocket.open(two.http(), "?token=" + laptop.token());
      laptop.post("wallet 1", 1, "h").expect(200);
      here.awaitSequence(1);
      there.awaitSequence(1);

      first.close();
      assertThat(laptop.get().status()).isEqualTo(503);
      EmbeddedPostgres second = start(folder);
      try {
        proxy.leadTo(second.address());

        Await.until(
            "the server stores again", () -> laptop.post("wallet 2", 2, "h").status() == 200);
        here.awaitSequence(2);
        there.awaitSequence(2);
        new TestDevice(two.http(), laptop.token()).post("wallet 3", 3, "h").expect(200);
        here.awaitSequence(3);
        there.awaitSequence(3);
        assertThat(there.isOpen()).isTrue();
      } finally {
        second.close();
      }
    }
  }

  private static EmbeddedPostgres start(Path folder) {
    return EmbeddedPostgres.start(
        new EmbeddedPostgres.Options(folder, false, Optional.empty(), 60));
  }
}
