package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.RawConnection;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** Connections that want nothing, or take their time, are in nobody's way. */
class ConnectionsTest {
  private static final String HALF_A_HEAD = "GET /api/3/wallet?token=x HTTP/1.1\r\nHost: ";
  private static final String TOO_SLOW = "{\"error\":\"Request Timeout\"}";

  @Test
  void hundredsOfIdleAndHalfSentConnectionsDisturbNobody() {
    try (TestServer server =
        TestServer.allowAll()
            .with("HEADER_TIMEOUT_SECONDS", "60")
            .with("BODY_TIMEOUT_SECONDS", "60")
            .start()) {
      List<RawConnection> others = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        others.add(RawConnection.connect(server.port()));
      }
      for (int i = 0; i < 100; i++) {
        others.add(RawConnection.connect(server.port()).send(HALF_A_HEAD));
        others.add(
            RawConnection.connect(server.port())
                .send("POST /api/3/wallet HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"));
      }
      Await.until("all are there", () -> connections(server) >= 500);

      TestDevice laptop = server.newAccount().logIn("laptop");
      for (int sequence = 1; sequence <= 20; sequence++) {
        laptop.post("wallet " + sequence, sequence, "h").expect(200);
      }
      others.forEach(RawConnection::close);
      Await.until("all are gone", () -> connections(server) < 50);
    }
  }

  @Test
  void aRequestWhoseHeadersTakeTooLongIsAnsweredAndClosed() {
    try (TestServer server = TestServer.allowAll().with("HEADER_TIMEOUT_SECONDS", "1").start();
        RawConnection slow = RawConnection.connect(server.port())) {
      RawConnection.Answer answer = slow.send(HALF_A_HEAD).answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).isEqualTo(TOO_SLOW);
      slow.expectClosed();
    }
  }

  @Test
  void aByteNowAndThenDoesNotHelpNeitherInTheFirstRequestNorInTheSecond() {
    ScheduledExecutorService drips = Executors.newSingleThreadScheduledExecutor();
    try (TestServer server = TestServer.allowAll().with("HEADER_TIMEOUT_SECONDS", "1").start();
        RawConnection first = RawConnection.connect(server.port());
        RawConnection second = RawConnection.connect(server.port())) {
      second.send(HALF_A_HEAD + "x\r\n\r\n");
      assertThat(second.answer().status()).isEqualTo(401);
      for (RawConnection dripping : List.of(first, second)) {
        dripping.send(HALF_A_HEAD);
        Future<?> drip =
            drips.scheduleAtFixedRate(() -> dripping.send("x"), 0, 100, TimeUnit.MILLISECONDS);
        assertThat(dripping.answer().status()).isEqualTo(408);
        drip.cancel(true);
      }
    } finally {
      drips.shutdownNow();
    }
  }

  @Test
  void aSlowBodyIsAnsweredAndAWebsocketHasNoDeadline() {
    try (TestServer server =
            TestServer.allowAll()
                .with("HEADER_TIMEOUT_SECONDS", "1")
                .with("BODY_TIMEOUT_SECONDS", "2")
                .start();
        RawConnection slow = RawConnection.connect(server.port())) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      PushSocket socket = PushSocket.open(laptop);
      socket.send("hello");
      RawConnection.Answer answer =
          slow.send("POST /api/3/wallet HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
              .answer();
      assertThat(answer.status()).isEqualTo(408); // two seconds later, and the socket still lives
      socket.send("hello again");
      laptop.post("wallet", 1, "h").expect(200);
      socket.awaitSequence(1).close();
    }
  }

  @Test
  void websocketsGiveTheirPlacesBack() {
    try (TestServer server = TestServer.allowAll().with("MAX_CONNECTIONS", "20").start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      for (int i = 0; i < 60; i++) {
        PushSocket.open(laptop).close();
        Await.until("it is gone", () -> connections(server) < 10);
      }
      laptop.post("wallet", 1, "h").expect(200);
    }
  }

  @Test
  void aSecondRequestInThePipelineMayTakeItsTimeWithItsBody() {
    try (TestServer server = TestServer.allowAll().with("HEADER_TIMEOUT_SECONDS", "1").start();
        RawConnection connection = RawConnection.connect(server.port());
        RawConnection clock = RawConnection.connect(server.port())) {
      connection.send(
          HALF_A_HEAD
              + "x\r\n\r\nPOST /api/3/wallet HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
      assertThat(connection.answer().status()).isEqualTo(401);
      // Somebody who began later has had all the time that headers may take.
      assertThat(clock.send(HALF_A_HEAD).answer().status()).isEqualTo(408);
      assertThat(connection.send("{}").answer().status()).isEqualTo(400);
    }
  }

  @Test
  void beyondTheLimitConnectionsAreClosedUntilThereIsRoom() {
    try (TestServer server = TestServer.allowAll().with("MAX_CONNECTIONS", "3").start()) {
      List<RawConnection> few = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        few.add(RawConnection.connect(server.port()));
        few.get(i).send(HALF_A_HEAD + "x\r\n\r\n");
        assertThat(few.get(i).answer().status()).isEqualTo(401);
      }
      try (RawConnection tooMany = RawConnection.connect(server.port())) {
        tooMany.expectClosed();
      }
      few.remove(0).close();
      Await.until(
          "there is room",
          () -> {
            try (RawConnection next = RawConnection.connect(server.port())) {
              return next.send(HALF_A_HEAD + "x\r\n\r\n").next(false).isPresent();
            } catch (AssertionError closed) {
              return false;
            }
          });
      few.forEach(RawConnection::close);
    }
  }

  private static double connections(TestServer server) {
    return server.http().metric("wallet_sync_connections");
  }
}
