package walletsync.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.oas.OpenApi30;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import walletsync.support.Http.Response;

/** {@code docs/openapi.yaml}, taken at its word: what it does not name must not be there. */
public final class ApiDocument {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  /** They belong to HTTP itself, or to the browser's rules, and to no operation. */
  private static final Set<String> NOBODYS_HEADERS =
      Set.of("connection", "content-length", "content-type", "vary");

  private static final SchemaValidatorsConfig STRICT =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private final JsonSchemaFactory schemas =
      JsonSchemaFactory.getInstance(
          VersionFlag.V4,
          factory ->
              factory
                  .metaSchema(OpenApi30.getInstance())
                  .defaultMetaSchemaIri(OpenApi30.getInstance().getIri()));
  private final JsonNode document;
  private final String base;
  private final Set<String> seen = new TreeSet<>();

  private ApiDocument(JsonNode document) {
    this.document = resolved(document, document);
    this.base = this.document.at("/servers/0/url").textValue().replaceFirst("https?://[^/]+", "");
  }

  public static ApiDocument read() {
    try {
      return new ApiDocument(YAML.readTree(Files.readString(Path.of("docs", "openapi.yaml"))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A copy in which each reference is what it names. */
  private static JsonNode resolved(JsonNode node, JsonNode root) {
    if (node.has("$ref")) {
      JsonNode named = root.at(node.get("$ref").textValue().substring(1));
      assertThat(named.isMissingNode()).as("%s", node).isFalse();
      return resolved(named, root);
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = YAML.createObjectNode();
      object.properties().forEach(it -> copy.set(it.getKey(), resolved(it.getValue(), root)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = YAML.createArrayNode();
      array.forEach(element -> copy.add(resolved(element, root)));
      return copy;
    }
    return node;
  }

  /** The full paths. */
  public Set<String> paths() {
    return document.path("paths").properties().stream()
        .map(path -> base + path.getKey())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The methods of a path, in capitals. */
  public Set<String> methods(String path) {
    return path(path).properties().stream()
        .map(Map.Entry::getKey)
        .filter(METHODS::contains)
        .map(method -> method.toUpperCase(Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every operation with every status that it may have, like {@code GET /api/3/wallet 404}. */
  public Set<String> answers() {
    return paths().stream()
        .flatMap(path -> methods(path).stream().map(method -> method + " " + path))
        .flatMap(
            operation ->
                operation(operation).path("responses").properties().stream()
                    .map(response -> operation + " " + response.getKey()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those of {@link #answers} that were checked so far. */
  public Set<String> seen() {
    return seen;
  }

  /** Fails the test unless a body is one that the operation takes. */
  public void checkRequest(String operation, String body) {
    JsonNode request = operation(operation).path("requestBody");
    if (body.isEmpty()) {
      assertThat(request.path("required").asBoolean()).as(operation).isFalse();
    } else {
      checkJson(operation, request.at("/content/application~1json/schema"), body);
    }
  }

  /** Fails the test unless the answer is one that the document gives to the operation. */
  public Response check(String operation, Response response) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    response.raw().headers().map().forEach((name, all) -> headers.put(name, all.get(0)));
    check(operation, response.status(), headers, response.body());
    return response;
  }

  /** Fails the test unless the answer is one that the document gives to the operation. */
  public void check(String operation, int status, Map<String, String> headers, String body) {
    String answer = operation + " " + status;
    JsonNode response = operation(operation).path("responses").path(String.valueOf(status));
    assertThat(response.isMissingNode()).as("%s %s", answer, body).isFalse();
    seen.add(answer);
    if (status != 101) {
      checkHeaders(answer, response.path("headers"), headers);
    }
    if (!response.has("content")) {
      assertThat(body).as(answer).isEmpty();
      return;
    }
    String type = String.valueOf(headers.get("Content-Type")).replaceFirst(";.*", "");
    JsonNode content = response.path("content").path(type);
    assertThat(content.isMissingNode()).as("%s %s", answer, type).isFalse();
    if (type.equals("application/json")) {
      checkJson(answer, content.path("schema"), body);
    }
  }

  private void checkHeaders(String answer, JsonNode documented, Map<String, String> headers) {
    Map<String, JsonNode> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    documented.properties().forEach(it -> byName.put(it.getKey(), it.getValue()));
    byName.forEach(
        (name, header) -> {
          @Nullable String value = headers.get(name);
          if (value != null) {
            boolean isNumber = header.at("/schema/type").textValue().equals("integer");
            checkJson(
                answer + " " + name, header.path("schema"), isNumber ? value : Http.json(value));
          } else {
            assertThat(header.path("required").asBoolean()).as(answer + " " + name).isFalse();
          }
        });
    assertThat(ours(headers.keySet())).as(answer).allMatch(byName::containsKey);
  }

  private static List<String> ours(Collection<String> names) {
    return names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> !NOBODYS_HEADERS.contains(name) && !name.startsWith("access-control-"))
        .toList();
  }

  private void checkJson(String what, JsonNode schema, String json) {
    assertThat(schema.isMissingNode()).as(what).isFalse();
    assertThat(schemas.getSchema(closed(schema), STRICT).validate(json, InputFormat.JSON))
        .as("%s %s", what, json)
        .isEmpty();
  }

  /** The schema without room for members that it does not name. */
  private static JsonNode closed(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    Stream.concat(Stream.of(copy), copy.findParents("properties").stream())
        .filter(it -> it.has("properties"))
        .forEach(it -> ((ObjectNode) it).put("additionalProperties", false));
    return copy;
  }

  private JsonNode path(String path) {
    assertThat(path).startsWith(base);
    return document.path("paths").path(path.substring(base.length()));
  }

  /**
   * @param name like {@code GET /api/3/wallet}
   */
  private JsonNode operation(String name) {
    int blank = name.indexOf(' ');
    JsonNode operation =
        path(name.substring(blank + 1)).path(name.substring(0, blank).toLowerCase(Locale.ROOT));
    assertThat(operation.isMissingNode()).as(name).isFalse();
    return operation;
  }
}
