package walletsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.PlainText;
import walletsync.client.sdk.PythonJson;

/** Preferences of the local wallet. They need neither password nor server. */
@Command(
    name = "pref",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(get | set | unset | list)",
    description =
        "Reads and changes preferences of the local wallet; 'sync' brings them everywhere.")
final class Pref extends SubCommand {
  @Command(name = "get", mixinStandardHelpOptions = true, description = "Shows a preference.")
  int get(@Parameters(paramLabel = "NAME") String name) {
    try (WalletSyncClient client = run().passwordless(run().profile())) {
      JsonNode value = client.getPreferences().get(name);
      if (value == null) {
        throw new ClientException(Problem.USAGE, "There is no preference " + name + ".");
      }
      run().result(node(Map.of(name, value)), text(value));
    }
    return 0;
  }

  @Command(name = "set", mixinStandardHelpOptions = true, description = "Sets a preference.")
  int set(
      @Parameters(paramLabel = "NAME") String name,
      @Parameters(paramLabel = "VALUE") String value,
      @Option(names = "--as-json", description = "The value is JSON, not text.") boolean asJson) {
    try (WalletSyncClient client = run().passwordless(run().profile())) {
      JsonNode node = asJson ? PythonJson.parse(value) : JsonNodeFactory.instance.textNode(value);
      Map<String, JsonNode> stored = client.setPreference(name, node);
      run()
          .result(
              node(stored),
              name
                  + " = "
                  + stored.values().stream().map(Pref::text).collect(Collectors.joining()));
    }
    return 0;
  }

  @Command(
      name = "unset",
      mixinStandardHelpOptions = true,
      description = "Deletes a preference; not possible with a wallet of the SDK.")
  int unset(@Parameters(paramLabel = "NAME") String name) {
    try (WalletSyncClient client = run().passwordless(run().profile())) {
      client.unsetPreference(name);
    }
    run().result(WalletSync.object().put("unset", name), "Deleted " + name + ".");
    return 0;
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows all preferences.")
  int list() {
    try (WalletSyncClient client = run().passwordless(run().profile())) {
      Map<String, JsonNode> all = client.getPreferences();
      run()
          .result(
              node(all),
              all.isEmpty()
                  ? "(no preferences)"
                  : all.entrySet().stream()
                      .map(entry -> PlainText.line(entry.getKey()) + " = " + text(entry.getValue()))
                      .collect(Collectors.joining("\n")));
    }
    return 0;
  }

  private static ObjectNode node(Map<String, JsonNode> values) {
    ObjectNode node = WalletSync.object();
    values.forEach(node::set);
    return node;
  }

  private static String text(JsonNode value) {
    return PythonJson.write(value);
  }
}
