package walletsync.server.settings;

/**
 * Every setting by its name: an environment variable, or a line in the file of {@code --conf}. What
 * each means, with its default and unit, stands in {@code conf/server.properties}.
 */
enum Setting {
  BIND_ADDRESS,
  PORT,
  DATA_DIR,
  EMBEDDED_POSTGRES_USER,
  DATABASE_URL,
  PGHOST,
  PGPORT,
  PGDATABASE,
  PGUSER,
  PGPASSWORD,
  PGSSLMODE,
  PGSSLROOTCERT,
  DATABASE_POOL_SIZE,
  ACCOUNT_VERIFICATION_MODE,
  ACCOUNT_WHITELIST,
  PUBLIC_URL,
  MAIL_TRANSPORT,
  MAIL_FROM,
  MAIL_OUTBOX,
  MAILGUN_SENDING_DOMAIN,
  MAILGUN_SERVER_DOMAIN,
  MAILGUN_PRIVATE_API_KEY,
  MAILGUN_SENDING_DOMAIN_IS_EU,
  MAX_BODY_BYTES,
  PASSWORD_THREADS,
  PASSWORD_QUEUE,
  PUSH_TRANSPORT,
  WEBSOCKETS_PER_ACCOUNT,
  WEBSOCKET_ORIGINS,
  DRAIN_SECONDS
}
