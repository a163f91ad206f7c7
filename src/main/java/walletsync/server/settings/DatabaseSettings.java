package walletsync.server.settings;

import java.nio.file.Path;
import java.util.Optional;
import walletsync.protocol.Secret;

/** Which Postgres holds the accounts. */
public sealed interface DatabaseSettings {

  /**
   * One that the server runs itself.
   *
   * @param dataDir the folder that holds it
   * @param osUser the account that runs it when the server is root
   * @param connections how many it is to allow, the pools' and those of commands
   */
  record Embedded(Path dataDir, Optional<String> osUser, int connections)
      implements DatabaseSettings {}

  /**
   * One that runs elsewhere.
   *
   * @param host name or address
   * @param port TCP port
   * @param database name of the database
   * @param user role to log in as
   * @param password the role's password; empty where the server asks for none
   * @param sslMode disable, prefer, require, verify-ca or verify-full, as libpq means them
   * @param sslRootCert PEM file of the certificate authorities to trust
   */
  record External(
      String host,
      int port,
      String database,
      String user,
      Secret password,
      String sslMode,
      Optional<Path> sslRootCert)
      implements DatabaseSettings {}
}
