package walletsync.server.admin;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers about the whole database, of one moment. */
final class Statistics {
  private static final Map<String, String> QUERIES = new LinkedHashMap<>();

  static {
    QUERIES.put("accounts", "SELECT count(*) FROM accounts");
    QUERIES.put("unverifiedAccounts", "SELECT count(*) FROM accounts WHERE NOT verified");
    QUERIES.put("disabledAccounts", "SELECT count(*) FROM accounts WHERE disabled_at IS NOT NULL");
    QUERIES.put(
        "accountsOfLast7Days",
        "SELECT count(*) FROM accounts WHERE created_at > now() - interval '7 days'");
    QUERIES.put("wallets", "SELECT count(*) FROM wallet_heads WHERE sequence > 0");
    QUERIES.put("versions", "SELECT count(*) FROM wallet_versions");
    QUERIES.put(
        "versionsOfLast24Hours",
        "SELECT count(*) FROM wallet_versions WHERE created_at > now() - interval '24 hours'");
    QUERIES.put(
        "sessions",
        """
        SELECT count(*) FROM auth_tokens t
        JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
        WHERE t.expires > now()
        """);
    QUERIES.put("expiredSessions", "SELECT count(*) FROM auth_tokens WHERE expires <= now()");
    QUERIES.put("walletBytesOnDisk", "SELECT pg_total_relation_size('wallet_versions')");
    QUERIES.put("databaseBytesOnDisk", "SELECT pg_database_size(current_database())");
    QUERIES.put("postgres", "SELECT current_setting('server_version_num')::int / 10000");
  }

  private Statistics() {}

  static Map<String, Long> read(Connection connection) throws SQLException {
    return Sql.snapshot(
        connection,
        () -> {
          Map<String, Long> numbers = new LinkedHashMap<>();
          for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            numbers.put(query.getKey(), Sql.number(connection, query.getValue()));
          }
          return numbers;
        });
  }
}
