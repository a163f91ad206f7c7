package walletsync.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A table as Markdown, which reads well in a terminal too. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heads) {
    row((Object[]) heads);
  }

  Table row(Object... cells) {
    rows.add(Arrays.stream(cells).map(Table::text).toList());
    return this;
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(line(row, " ")));
    lines.add(1, line(rows.get(0).stream().map(head -> "").toList(), "-"));
    return String.join("\n", lines);
  }

  private String line(List<String> cells, String fill) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      padded.add(cells.get(i) + fill.repeat(width(i) - cells.get(i).length()));
    }
    return padded.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static String text(Object cell) {
    return cell instanceof Double number
        ? number < 10 ? "%.2f".formatted(number) : "%.1f".formatted(number)
        : String.valueOf(cell);
  }
}
