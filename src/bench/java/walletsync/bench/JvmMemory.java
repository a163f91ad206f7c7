package walletsync.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM occupies, in bytes, as {@code jcmd} tells it.
 *
 * @param liveHeap objects that are left after a full collection
 * @param nativeMemory what the JVM committed beside the Java heap, direct buffers included
 * @param resident what the operating system holds in memory for the process: rubbish and untouched
 *     heap too
 * @param nativeByKind the native memory, by category
 */
record JvmMemory(
    long liveHeap, long nativeMemory, long resident, TreeMap<String, Long> nativeByKind) {
  /** The flag that the JVM needs for this. */
  static final String FLAG = "-XX:NativeMemoryTracking=summary";

  private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final Pattern CATEGORY =
      Pattern.compile("(?m)^- +(\\S.*?) \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  /** Collects garbage and looks. */
  static JvmMemory of(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    Matcher total = HISTOGRAM_TOTAL.matcher(jcmd(pid, "GC.class_histogram"));
    if (!total.find()) {
      throw new IOException("No histogram");
    }
    TreeMap<String, Long> kinds = new TreeMap<>();
    Matcher category = CATEGORY.matcher(jcmd(pid, "VM.native_memory", "summary"));
    while (category.find()) {
      kinds.merge(category.group(1), 1024 * Long.parseLong(category.group(2)), Long::sum);
    }
    if (kinds.remove("Java Heap") == null) {
      throw new IOException("The server needs " + FLAG);
    }
    return new JvmMemory(
        Long.parseLong(total.group(1)),
        kinds.values().stream().mapToLong(Long::longValue).sum(),
        resident(pid),
        kinds);
  }

  /** The most numerous classes, for a look at what a socket costs. */
  static String histogram(long pid, int lines) throws IOException, InterruptedException {
    return String.join("\n", jcmd(pid, "GC.class_histogram").lines().limit(lines + 3L).toList());
  }

  private static long resident(long pid) throws IOException {
    Path status = Path.of("/proc", String.valueOf(pid), "status");
    if (!Files.exists(status)) {
      return 0; // not Linux
    }
    Matcher matcher = RESIDENT.matcher(Files.readString(status));
    return matcher.find() ? 1024 * Long.parseLong(matcher.group(1)) : 0;
  }

  private static String jcmd(long pid, String... command) throws IOException, InterruptedException {
    ProcessBuilder jcmd =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            String.valueOf(pid));
    for (String word : command) {
      jcmd.command().add(word);
    }
    Process process = jcmd.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
    return output;
  }
}
