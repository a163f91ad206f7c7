package walletsync.bench;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import walletsync.server.settings.DatabaseSettings.External;

/** What a measurement works with. Whatever it starts here ends with it. */
final class Bench implements Closeable {
  private final BenchOptions options;
  private final BenchDatabase databases;
  private final List<Closeable> started = new ArrayList<>();

  Bench(BenchOptions options, BenchDatabase databases) {
    this.options = options;
    this.databases = databases;
  }

  BenchOptions options() {
    return options;
  }

  BenchDatabase databases() {
    return databases;
  }

  /** A new database with all accounts. */
  External database() throws SQLException {
    return databases.filled(options.accounts(), options.devices(), 44);
  }

  /** The accounts of one database. */
  List<BenchAccount> accounts() {
    return IntStream.rangeClosed(1, options.accounts())
        .mapToObj(number -> new BenchAccount(number, options.devices()))
        .toList();
  }

  BenchServer server(External database, Map<String, String> settings) throws IOException {
    BenchServer server = BenchServer.start(options, database, settings);
    started.add(server);
    return server;
  }

  Swarm swarm() throws IOException {
    Swarm swarm = new Swarm();
    started.add(swarm);
    return swarm;
  }

  @Override
  public void close() throws IOException {
    for (int i = started.size() - 1; i >= 0; i--) {
      started.get(i).close();
    }
  }
}
