package org.deeplabspark.evaluate;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;

/**
 * {@code evaluate} on one core against the loop that people write in Python, in turn in one run;
 * the README beside this class says how to start it and what was measured.
 */
public final class EvaluateBenchmark {

  private static final int ROUNDS = 7;
  private static final int WARM_UP_ROUNDS = 15;

  private EvaluateBenchmark() {}

  /** One run: pairs, seconds of wall and of processor time, pixels that are right. */
  private record Run(long pairs, double wallSeconds, double cpuSeconds, long right) {}

  /**
   * Measures.
   *
   * @param args folder of predictions, folder of truth, number of classes, Python, its script
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate()) {
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        ours(spark, args);
      }
      System.out.println(
          "round  ours pairs/s (CPU, wall)   loop pairs/s (CPU, wall)   ratio of CPU");
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        Run ours = ours(spark, args);
        Run loop = loop(args);
        if (ours.right() != loop.right() || ours.pairs() != loop.pairs()) {
          throw new IllegalStateException("the two counted differently: " + ours + ", " + loop);
        }
        ratios[round] = loop.cpuSeconds() / ours.cpuSeconds();
        System.out.printf(
            Locale.ROOT,
            "%5d  %10.0f %10.0f %14.0f %10.0f %12.2f%n",
            round + 1,
            ours.pairs() / ours.cpuSeconds(),
            ours.pairs() / ours.wallSeconds(),
            loop.pairs() / loop.cpuSeconds(),
            loop.pairs() / loop.wallSeconds(),
            ratios[round]);
      }
      double[] sorted = IntStream.range(0, ROUNDS).mapToDouble(i -> ratios[i]).sorted().toArray();
      System.out.printf(Locale.ROOT, "median ratio of CPU time: %.2f%n", sorted[ROUNDS / 2]);
    }
  }

  /** The whole job, tables and intervals included, by the processor time of this whole JVM. */
  private static Run ours(SparkSession spark, String[] args) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Path output = Files.createTempDirectory("evaluate-benchmark");
    List<String> names =
        IntStream.range(0, Integer.parseInt(args[2])).mapToObj(id -> "class " + id).toList();
    EvaluateRequest request =
        EvaluateRequest.of(args[0], Truth.of(args[1]), output.toString())
            .withLabels(PredictedLabels.named(names));
    long wall = System.nanoTime();
    long cpu = system.getProcessCpuTime();
    Evaluation evaluation =
        new EvaluateJob(spark, ReadLimits.of(Settings.reference()), request).run();
    Run run =
        new Run(
            evaluation.images(),
            (System.nanoTime() - wall) / 1e9,
            (system.getProcessCpuTime() - cpu) / 1e9,
            evaluation.matrix().perClass().stream().mapToLong(c -> c.intersection()).sum());
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return run;
  }

  private static Run loop(String[] args) throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(args[3], args[4], args[0], args[1], args[2])
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String line = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (python.waitFor() != 0) {
      throw new IOException("the loop failed");
    }
    String[] parts = line.strip().split(" ", -1);
    return new Run(
        Long.parseLong(parts[0]),
        Double.parseDouble(parts[1]),
        Double.parseDouble(parts[2]),
        Long.parseLong(parts[3]));
  }
}
