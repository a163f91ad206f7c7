package walletsync.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * A transaction of the test that holds up a server, so that requests meet in an order of the test's
 * choosing: those that wait for a row get it in the order in which they came. Mind the server's
 * {@code lock_timeout} of 2 s.
 */
public final class HeldLock implements AutoCloseable {
  /** Sessions that wait for this one, or for one that waits for it, and so on. */
  private static final String WAITING =
      """
      WITH RECURSIVE behind (pid, held) AS (
        SELECT ?::int, true
        UNION
        SELECT waiting.pid, false
        FROM behind, (SELECT pid, unnest(pg_blocking_pids(pid)) AS blocker FROM pg_stat_activity
                      WHERE datname = current_database() AND wait_event_type = 'Lock') waiting
        WHERE waiting.blocker = behind.pid
      )
      SELECT DISTINCT pid FROM behind WHERE NOT held
      """;

  private final Connection holder;
  private final Connection observer;
  private final int holderPid;

  private HeldLock(Connection holder, Connection observer) throws SQLException {
    this.holder = holder;
    this.observer = observer;
    try (Statement statement = holder.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      this.holderPid = rows.getInt(1);
    }
  }

  /** Begins a transaction with one statement, which takes the locks. */
  public static HeldLock by(External database, String sql, Object... parameters) {
    try {
      HeldLock lock = new HeldLock(TestPostgres.connect(database), TestPostgres.connect(database));
      lock.holder.setAutoCommit(false);
      try (PreparedStatement statement = Sql.prepare(lock.holder, sql, parameters)) {
        statement.execute();
      }
      return lock;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The row of an account: in the way of logins and of password changes. */
  public static HeldLock onAccount(External database, TestAccount account) {
    return by(database, "SELECT 1 FROM accounts WHERE email = ? FOR UPDATE", account.email());
  }

  /** The head of an account's wallet: in the way of saves, and of a password change's last step. */
  public static HeldLock onHead(External database, TestAccount account) {
    return by(
        database,
        """
        SELECT 1 FROM wallet_heads
        WHERE account_id = (SELECT id FROM accounts WHERE email = ?) FOR UPDATE
        """,
        account.email());
  }

  /** The tokens of an account: in the way of a password change's second step. */
  public static HeldLock onTokens(External database, TestAccount account) {
    return by(
        database,
        """
        SELECT 1 FROM auth_tokens
        WHERE account_id = (SELECT id FROM accounts WHERE email = ?) FOR UPDATE
        """,
        account.email());
  }

  /** Returns once so many sessions, or more, wait behind this transaction. */
  public HeldLock awaitWaiting(int sessions) {
    Await.until(sessions + " sessions wait behind a held lock", () -> waiting().size() >= sessions);
    return this;
  }

  /** Kills the connections of those that wait, as an operator or a crash does. */
  public void terminateWaiting() {
    for (int pid : waiting()) {
      try (PreparedStatement statement =
          Sql.prepare(observer, "SELECT pg_terminate_backend(?)", pid)) {
        statement.execute();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Lets those that wait go on. */
  public void release() {
    try {
      holder.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Undoes what the statement did, and lets those that wait go on. */
  public void undo() {
    try {
      holder.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    undo();
    try (holder;
        observer) {
      holder.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Integer> waiting() {
    List<Integer> pids = new ArrayList<>();
    try (PreparedStatement statement = Sql.prepare(observer, WAITING, holderPid);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        pids.add(rows.getInt(1));
      }
      return pids;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
