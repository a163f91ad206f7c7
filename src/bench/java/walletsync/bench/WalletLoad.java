package walletsync.bench;

import java.util.Optional;

/** What clients do all day, and the statement that Postgres does for it. */
enum WalletLoad {
  BARE("bare HTTP", "bare", Optional.empty(), Optional.empty()),
  GET("GET", "get", Optional.of("read"), Optional.of(1.0)),
  UNCHANGED("GET, unchanged", "unchanged", Optional.of("read"), Optional.of(1.5)),
  POST("POST", "save", Optional.of("save"), Optional.of(1.5)),
  /** Without a counterpart: a client of pgbench would not learn the sequence by being refused. */
  CONTENDED("POST, contended", "contended", Optional.empty(), Optional.empty());

  /** So many accounts do all connections share. */
  static final int CONTENDED_ACCOUNTS = 8;

  private final String title;
  private final String wrk;
  private final Optional<String> pgbench;
  private final Optional<Double> target;

  WalletLoad(String title, String wrk, Optional<String> pgbench, Optional<Double> target) {
    this.title = title;
    this.wrk = wrk;
    this.pgbench = pgbench;
    this.target = target;
  }

  /** As it stands in tables. */
  String title() {
    return title;
  }

  /** The script with the requests. */
  String wrk() {
    return wrk;
  }

  /** The script with the same statements, without the server. */
  Optional<String> pgbench() {
    return pgbench;
  }

  /** Whether wallets change; then each turn begins with the wallets as they were. */
  boolean writes() {
    return this == POST || this == CONTENDED;
  }

  /** The least ratio to pgbench, at 64 connections and 1 kB. */
  Optional<Double> target() {
    return target;
  }
}
