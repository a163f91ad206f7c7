package walletsync.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * How fast wallets are read and saved, beside the same statements straight to Postgres. On a
 * machine that is never quiet only neighbours can be compared: the loads take turns, and each turn
 * is compared with pgbench's in the same round.
 */
final class WalletThroughput implements AutoCloseable {
  private static final int NOT_MODIFIED = 304;

  private final WalletBenchOptions options;
  private final External database;
  private final BenchServer server;
  private final int accounts;
  private final int characters;
  private final Connection session;
  private final long postmaster;
  private long errors;

  /**
   * @param database with these accounts, whose wallets have so many characters
   */
  WalletThroughput(
      WalletBenchOptions options,
      External database,
      BenchServer server,
      int accounts,
      int characters)
      throws SQLException, IOException {
    this.options = options;
    this.database = database;
    this.server = server;
    this.accounts = accounts;
    this.characters = characters;
    session = BenchDatabase.connect(database);
    try (Statement statement = session.createStatement();
        ResultSet result = statement.executeQuery("SELECT pg_backend_pid()")) {
      result.next();
      postmaster = CpuTime.parent(result.getLong(1));
    }
  }

  /** Before the first: code is compiled, connections are open. */
  void warmUp() throws IOException, SQLException {
    Wrk wrk = new Wrk(server.port(), accounts, characters);
    for (WalletLoad load : options.loads()) {
      wrk.run(load.wrk(), 64, options.warmUpSeconds());
      BenchDatabase.reset(database, characters);
    }
  }

  /** Two tables with a row for each load, how fast and at what cost; and bars of the first. */
  List<Table> measure(int connections, Chart chart) throws IOException, SQLException {
    Map<WalletLoad, Turns> ours = new EnumMap<>(WalletLoad.class);
    Map<String, Turns> postgres = new HashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      for (WalletLoad load : options.loads()) {
        String script = load.pgbench().orElse("");
        Turns others = postgres.computeIfAbsent(script, key -> new Turns());
        if (load.pgbench().isPresent() && others.rounds() == round) {
          others.add(turn(load, connections, false));
        }
        ours.computeIfAbsent(load, key -> new Turns()).add(turn(load, connections, true));
      }
    }
    String size = "%d connections, wallets of %,d characters".formatted(connections, characters);
    Table speed =
        new Table(
            size,
            "a second",
            "pgbench a second",
            "ratio",
            "target",
            "p50 ms",
            "p99 ms",
            "pgbench p99 ms",
            "accepted a second",
            "errors");
    Table cost =
        new Table(
            "for 1000 requests, " + size,
            "server CPU s",
            "Postgres CPU s",
            "pgbench's Postgres CPU s",
            "load CPU s",
            "server MiB more",
            "server MiB in all");
    for (WalletLoad load : options.loads()) {
      Turns own = Objects.requireNonNull(ours.get(load));
      Optional<Turns> other = load.pgbench().map(postgres::get);
      chart.add(
          "%s, %d × %,d kB".formatted(load.title(), connections, characters / 1_000),
          own.perSecond(),
          other.map(Turns::perSecond).orElse(0.0));
      speed.row(
          load.title(),
          Math.round(own.perSecond()),
          other.map(turns -> String.valueOf(Math.round(turns.perSecond()))).orElse(""),
          other.map(own::ratioTo).orElse(""),
          target(load, connections),
          own.medianMillis(),
          own.slowMillis(),
          other.map(turns -> "%.1f".formatted(turns.slowMillis())).orElse(""),
          accepted(load, own),
          own.errors());
      errors += own.errors();
      cost.row(
          load.title(),
          "%.3f".formatted(own.per1000(Turns.Turn::serverCpu)),
          "%.3f".formatted(own.per1000(Turns.Turn::postgresCpu)),
          other.map(turns -> "%.3f".formatted(turns.per1000(Turns.Turn::postgresCpu))).orElse(""),
          "%.3f".formatted(own.per1000(Turns.Turn::loadCpu)),
          "%.3f".formatted(own.per1000(Turns.Turn::mebibytesMore)),
          Math.round(own.median(Turns.Turn::mebibytes)));
    }
    return List.of(speed, cost);
  }

  /** Those that share an account are refused most of the time. */
  private static String accepted(WalletLoad load, Turns turns) {
    return load == WalletLoad.CONTENDED
        ? String.valueOf(
            Math.round(turns.median(turn -> turn.outcome().accepted() / turn.outcome().seconds())))
        : "";
  }

  /** How many answers there were in all that should not have been. */
  long errors() {
    return errors;
  }

  /** The targets are for wallets of 1 kB; at 512 connections a fifth less will do. */
  private String target(WalletLoad load, int connections) {
    if (characters != 1_000 || connections < 64) {
      return "";
    }
    return load.target()
        .map(target -> "%.2f".formatted(connections == 64 ? target : 0.8 * target))
        .orElse("");
  }

  private Turns.Turn turn(WalletLoad load, int connections, boolean ours)
      throws IOException, SQLException {
    int shared =
        load == WalletLoad.CONTENDED
            ? Math.min(WalletLoad.CONTENDED_ACCOUNTS, connections)
            : accounts;
    double serverBefore = CpuTime.of(server.pid());
    double postgresBefore = CpuTime.ofFamily(postmaster);
    double loadBefore = CpuTime.ofEndedChildren();
    double heldBefore = CpuTime.residentMebibytes(server.pid());
    long unchangedBefore = server.answers(NOT_MODIFIED);
    Outcome outcome =
        ours ? requests(load, connections, shared) : statements(load, connections, shared);
    double held = CpuTime.residentMebibytes(server.pid());
    Turns.Turn turn =
        new Turns.Turn(
            outcome,
            CpuTime.of(server.pid()) - serverBefore,
            CpuTime.ofFamily(postmaster) - postgresBefore,
            CpuTime.ofEndedChildren() - loadBefore,
            held,
            held - heldBefore);
    if (load == WalletLoad.UNCHANGED && ours) {
      checkUnchanged(outcome, server.answers(NOT_MODIFIED) - unchangedBefore);
    }
    if (load.writes()) {
      checkNothingIsLost(load, outcome, connections);
    }
    if (load.writes()) {
      BenchDatabase.reset(database, characters);
    }
    return turn;
  }

  private Outcome requests(WalletLoad load, int connections, int shared) throws IOException {
    int threads = load != WalletLoad.CONTENDED ? Math.min(2, connections) : shared;
    return new Wrk(server.port(), accounts, characters)
        .run(load.wrk(), connections, options.seconds(), threads);
  }

  private Outcome statements(WalletLoad load, int connections, int shared) throws IOException {
    return new Pgbench(database, shared, characters)
        .run(load.pgbench().orElseThrow(), connections, options.seconds());
  }

  /** To wrk a whole wallet would be as good an answer. */
  private static void checkUnchanged(Outcome outcome, long notModified) {
    if (notModified < outcome.requests() - outcome.errors()) {
      throw new IllegalStateException(
          "Of %d requests for an unchanged wallet %d were answered so"
              .formatted(outcome.requests(), notModified));
    }
  }

  /** Of saves that were still under way at the end, the load does not know what became. */
  private void checkNothingIsLost(WalletLoad load, Outcome outcome, int connections)
      throws SQLException {
    long saved =
        BenchDatabase.number(database, "SELECT sum(sequence - 1)::bigint FROM wallet_heads");
    long accepted =
        load != WalletLoad.CONTENDED ? outcome.requests() - outcome.errors() : outcome.accepted();
    if (saved < accepted || saved > accepted + connections) {
      throw new IllegalStateException(
          "%s: %d saves were accepted, and %d are there".formatted(load.title(), accepted, saved));
    }
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
