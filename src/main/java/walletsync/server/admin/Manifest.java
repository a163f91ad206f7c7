package walletsync.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a back-up holds, and how to see that it is whole.
 *
 * @param format {@link #FORMAT}
 * @param formatVersion {@link #FORMAT_VERSION}; a reader refuses any other
 * @param created RFC 3339, about the moment whose state the back-up has
 * @param postgres the server's major version, for the record
 * @param schemaVersion the version of the schema that the rows are of
 * @param tables in an order in which each comes after those that it refers to
 * @param sequences where the numbering of rows goes on
 */
record Manifest(
    String format,
    int formatVersion,
    String created,
    int postgres,
    String schemaVersion,
    List<Table> tables,
    List<Sequence> sequences) {

  static final String FORMAT = "wallet-sync-server back-up";
  static final int FORMAT_VERSION = 1;

  /** What a later format adds is passed over, so that its version can be read and named. */
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  /** What a name in our schema may look like: those of a back-up become parts of statements. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * A table's rows, in Postgres' text format of COPY.
   *
   * @param bytes of the rows, before compression
   * @param sha256 of the same, as hex
   */
  record Table(String name, List<String> columns, long rows, long bytes, String sha256) {
    /** The name of the rows' entry in the archive. */
    String entry() {
      return "tables/" + name + ".copy";
    }
  }

  /**
   * The sequence behind an identity column.
   *
   * @param last the last number that was given away; 0 for none
   */
  record Sequence(String table, String column, long last) {}

  byte[] json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Parses, and refuses what cannot be a manifest of ours. */
  static Manifest parse(byte[] json) {
    Manifest manifest;
    try {
      manifest = JSON.readValue(json, Manifest.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("its manifest cannot be read", e);
    }
    if (!FORMAT.equals(manifest.format)) {
      throw new IllegalArgumentException("it is no back-up of this server");
    }
    if (manifest.formatVersion != FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "its format is version "
              + manifest.formatVersion
              + ", known here is "
              + FORMAT_VERSION
              + "; use a newer release");
    }
    if (!manifest.isComplete()) {
      throw new IllegalArgumentException("its manifest is incomplete");
    }
    return manifest;
  }

  // What Jackson did not find in the file is null, whatever the types say.
  @SuppressWarnings("ConstantValue")
  private boolean isComplete() {
    return created != null
        && schemaVersion != null
        && schemaVersion.matches("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}")
        && tables != null
        && sequences != null
        && tables.stream()
            .allMatch(
                table ->
                    table != null
                        && isName(table.name)
                        && table.columns != null
                        && !table.columns.isEmpty()
                        && table.columns.stream().allMatch(Manifest::isName)
                        && table.sha256 != null
                        && SHA256.matcher(table.sha256).matches())
        && tables.stream().map(Table::name).distinct().count() == tables.size()
        && sequences.stream()
            .allMatch(s -> s != null && isName(s.table) && isName(s.column) && s.last >= 0);
  }

  @SuppressWarnings("ConstantValue")
  private static boolean isName(String name) {
    return name != null && NAME.matcher(name).matches();
  }
}
