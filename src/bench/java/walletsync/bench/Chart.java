package walletsync.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Bars as an SVG picture: what the server does a second, beside pgbench. */
final class Chart {
  private static final int WIDTH = 860;
  private static final int LEFT = 250;
  private static final int BAR = 11;
  private static final int ROW = 2 * BAR + 10;
  private static final int TOP = 46;

  private final List<Bars> rows = new ArrayList<>();

  private record Bars(String name, double server, double pgbench) {}

  /**
   * @param pgbench 0 where there is nothing to compare with
   */
  void add(String name, double server, double pgbench) {
    rows.add(new Bars(name, server, pgbench));
  }

  void write(Path file) throws IOException {
    double most =
        rows.stream().mapToDouble(row -> Math.max(row.server(), row.pgbench())).max().orElse(1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="16" y="22" font-size="14" fill="#222222">Requests a second, and the same statements through pgbench</text>
        <rect x="560" y="12" width="12" height="12" fill="#2563a8"/><text x="578" y="22" fill="#222222">server</text>
        <rect x="650" y="12" width="12" height="12" fill="#b9c4cf"/><text x="668" y="22" fill="#222222">pgbench</text>
        """
            .formatted(WIDTH, TOP + rows.size() * ROW + 10));
    int y = TOP;
    for (Bars row : rows) {
      svg.append(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#222222\">%s</text>%n"
              .formatted(LEFT - 8, y + BAR + 4, row.name()));
      bar(svg, y, row.server(), most, "#2563a8");
      if (row.pgbench() > 0) {
        bar(svg, y + BAR, row.pgbench(), most, "#b9c4cf");
      }
      y += ROW;
    }
    Files.writeString(file, svg + "</svg>\n");
  }

  private static void bar(StringBuilder svg, int y, double value, double most, String colour) {
    int length = (int) Math.round((WIDTH - LEFT - 70) * value / most);
    svg.append(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n"
            .formatted(LEFT, y, Math.max(1, length), BAR - 1, colour));
    svg.append(
        "<text x=\"%d\" y=\"%d\" font-size=\"10\" fill=\"#444444\">%,d</text>%n"
            .formatted(LEFT + length + 5, y + BAR - 2, Math.round(value)));
  }
}
