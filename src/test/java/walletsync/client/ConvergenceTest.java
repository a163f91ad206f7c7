package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.FileWallet;
import walletsync.client.local.LocalWallet;
import walletsync.client.merge.Conflict;
import walletsync.client.merge.Conflict.Side;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;
import walletsync.support.Middle;
import walletsync.support.Person;
import walletsync.support.TestServer;
import walletsync.support.Vectors;

/**
 * Devices that edit, sync, are offline, die and lose answers at random. In the end all have the
 * same wallet, and every edit is in it, unless somebody who saw it replaced it or a conflict was
 * decided against it; every key is in it, whatever was decided.
 */
class ConvergenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] KEYS = {"a", "b", "c", "d"};

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private final Set<String> made = new HashSet<>();
  private final Set<String> replaced = new HashSet<>();
  private final Set<String> channelKeys = new HashSet<>();

  @ParameterizedTest
  @CsvSource({"2, 1, 24", "2, 2, 24", "2, 3, 24", "5, 4, 45", "5, 5, 45"})
  void allEndWithTheSameWalletAndNoEditIsSilentlyLost(
      int devices, long seed, int steps, @TempDir Path folder) throws IOException {
    Random random = new Random(seed);
    try (Middle middle = new Middle(server.port())) {
      Person joe = new Person(folder, middle.port());
      List<WalletSyncClient> clients = new ArrayList<>();
      List<DyingWallet> wallets = new ArrayList<>();
      for (int i = 0; i < devices; i++) {
        DyingWallet wallet = new DyingWallet(file(joe, i));
        wallets.add(wallet);
        WalletSyncClient client = joe.at("" + i, wallet);
        if (i == 0) {
          client.register();
        }
        client.getAuthToken();
        client.setConflicts(this::decide);
        clients.add(client);
      }

      for (int step = 0; step < steps; step++) {
        int device = random.nextInt(devices);
        if (random.nextInt(5) < 3) {
          if (random.nextInt(4) == 0) {
            wallets.get(device).create(); // unless it is there
            makeChannel(file(joe, device), device + "." + step);
          } else {
            edit(clients.get(device), random, device + "." + step);
          }
        } else {
          trouble(middle, wallets.get(device), random);
          syncInTrouble(clients.get(device));
          middle.honest();
          wallets.get(device).dies = false;
        }
      }
      for (int round = 0; round < 3; round++) {
        clients.forEach(WalletSyncClient::sync);
      }

      Map<String, JsonNode> end = clients.get(0).getPreferences();
      assertThat(clients).allMatch(client -> client.getPreferences().equals(end));
      assertThat(clients).noneMatch(client -> client.sync().pushed());
      Set<String> lost = new HashSet<>(made);
      lost.removeAll(replaced);
      end.values().forEach(value -> lost.remove(value.asText()));
      assertThat(lost).isEmpty();
      for (int device = 0; device < devices; device++) {
        assertThat(channelKeys(file(joe, device))).isEqualTo(channelKeys);
      }
    }
  }

  private static Path file(Person joe, int device) {
    return joe.profile("" + device).resolve("wallet.json");
  }

  /**
   * The SDK, which shares the file, makes a channel: its key goes into the account. A device that
   * does not have the account yet makes it from the seed, as all of them did.
   */
  private void makeChannel(Path file, String name) throws IOException {
    ObjectNode wallet = (ObjectNode) JSON.readTree(file.toFile());
    ArrayNode accounts = wallet.withArray("/accounts");
    if (accounts.isEmpty()) {
      ObjectNode account = Vectors.of("sync_hash").get(1).path("accounts").get(0).deepCopy();
      account.putObject("certificates");
      accounts.add(account);
    }
    ((ObjectNode) accounts.get(0).path("certificates")).put(name, "key of " + name);
    JSON.writeValue(file.toFile(), wallet);
    channelKeys.add(name);
  }

  private static Set<String> channelKeys(Path file) throws IOException {
    Set<String> names = new HashSet<>();
    JSON.readTree(file.toFile())
        .at("/accounts/0/certificates")
        .fieldNames()
        .forEachRemaining(names::add);
    return names;
  }

  private void edit(WalletSyncClient client, Random random, String value) {
    String key = KEYS[random.nextInt(KEYS.length)];
    Optional.ofNullable(client.getPreferences().get(key))
        .ifPresent(seen -> replaced.add(seen.asText()));
    if (random.nextInt(5) == 0) {
      client.unsetPreference(key);
    } else {
      made.add(value);
      client.setPreference(key, value);
    }
  }

  private static void trouble(Middle middle, DyingWallet wallet, Random random) {
    switch (random.nextInt(5)) {
      case 0 -> middle.rule((request, forward) -> null);
      case 1 ->
          middle.rule(
              (request, forward) -> {
                Middle.Reply unused = forward.get();
                return null;
              });
      case 2 ->
          middle.rule(
              (request, forward) -> {
                Middle.Reply reply = forward.get();
                return request.method().equals("POST") ? null : reply;
              });
      case 3 -> wallet.dies = true;
      default -> {}
    }
  }

  private static void syncInTrouble(WalletSyncClient client) {
    try {
      client.sync();
    } catch (ClientException e) {
      assertThat(e.problem()).as(e.getMessage()).isEqualTo(Problem.UNREACHABLE);
    } catch (Death e) {
      // It died; what it left on the disk is what the next sync begins with.
    }
  }

  private Side decide(Conflict conflict) {
    Side side = ConflictResolver.newest().resolve(conflict);
    conflict
        .of(side == Side.OURS ? Side.THEIRS : Side.OURS)
        .ifPresent(loser -> replaced.add(loser.value().asText()));
    return side;
  }

  /** The end of a process between two steps of a sync. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A wallet whose device dies after the merged wallet is stored, before that is noted. */
  private static final class DyingWallet implements LocalWallet {
    private final FileWallet wallet;
    private boolean dies;

    DyingWallet(Path file) {
      wallet = new FileWallet(file, Clock.systemUTC());
    }

    @Override
    public Optional<SdkWallet> replace(SdkWallet expected, SdkWallet merged, Secret password) {
      Optional<SdkWallet> now = wallet.replace(expected, merged, password);
      if (dies) {
        throw new Death();
      }
      return now;
    }

    @Override
    public boolean exists() {
      return wallet.exists();
    }

    @Override
    public void create() {
      wallet.create();
    }

    @Override
    public SdkWallet read(Secret password) {
      return wallet.read(password);
    }

    @Override
    public Map<String, JsonNode> preferences() {
      return wallet.preferences();
    }

    @Override
    public JsonNode set(String key, JsonNode value) {
      return wallet.set(key, value);
    }

    @Override
    public void unset(String key) {
      wallet.unset(key);
    }

    @Override
    public boolean canDelete() {
      return wallet.canDelete();
    }

    @Override
    public boolean needsPassword() {
      return wallet.needsPassword();
    }

    @Override
    public String hash() {
      return wallet.hash();
    }

    @Override
    public String identity() {
      return wallet.identity();
    }

    @Override
    public boolean descendsFrom(String mark) {
      return wallet.descendsFrom(mark);
    }

    @Override
    public void mark(String before, String mark) {
      wallet.mark(before, mark);
      if (dies) {
        throw new Death();
      }
    }
  }
}
