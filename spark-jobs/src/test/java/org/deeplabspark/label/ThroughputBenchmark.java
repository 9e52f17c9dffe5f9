package org.deeplabspark.label;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.model.Model;
import org.deeplabspark.pass.Engines;
import org.deeplabspark.segment.Segmenter;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;

/**
 * What Spark, tables and commits cost: real photographs through {@code segment} on two cores, and
 * through a bare loop of {@link Segmenter} on two threads, over the same files in the same JVM, in
 * turns. The README beside this says how to run it.
 */
final class ThroughputBenchmark {

  private static final int CORES = 2;
  private static final int WARM_UP = 16;

  private final SparkSession spark = SharedSpark.session();
  private final LabelSettings settings = LabelSettings.of(Settings.reference());
  private final Path dir;

  private ThroughputBenchmark(Path dir) {
    this.dir = dir;
  }

  /** Arguments: photographs (200) and rounds (3). */
  public static void main(String[] args) throws Exception {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 200;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path dir = Files.createTempDirectory("throughput");
    ThroughputBenchmark benchmark = new ThroughputBenchmark(dir);
    RealPhotos.copy(dir.resolve("few"), WARM_UP);
    List<Path> photos = RealPhotos.copy(dir.resolve("photos"), count);
    benchmark.segment("few", "warm-up");
    benchmark.loop(photos.subList(0, WARM_UP));
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      double cpuBefore = cpuSeconds();
      double loop = benchmark.loop(photos);
      double loopCpu = cpuSeconds() - cpuBefore;
      double segment = benchmark.segment("photos", "out" + round);
      double segmentCpu = cpuSeconds() - cpuBefore - loopCpu;
      ratios.add(loop / segment);
      System.out.printf(
          Locale.ROOT,
          "round %d: loop %.1f s (%.2f images/s), segment %.1f s (%.2f images/s), ratio %.3f;"
              + " CPU time %.1f s and %.1f s, ratio %.3f%n",
          round,
          loop,
          count / loop,
          segment,
          count / segment,
          loop / segment,
          loopCpu,
          segmentCpu,
          loopCpu / segmentCpu);
    }
    ratios.sort(null);
    System.out.printf(Locale.ROOT, "median ratio %.3f%n", ratios.get(rounds / 2));
  }

  /** Of this process; on a machine with other work it says more than the clock on the wall. */
  private static double cpuSeconds() {
    return 1e-9
        * ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
  }

  /** Seconds of a whole run: listing, labelling, commits. */
  private double segment(String photos, String output) throws IOException {
    SegmentRequest request =
        new SegmentRequest(
            VocModel.weights(),
            Optional.of(VocModel.card()),
            List.of(dir.resolve(photos).toString()),
            Optional.empty(),
            Optional.empty(),
            dir.resolve(output).toString(),
            LocalDate.EPOCH);
    SegmentOutcome outcome = new SegmentJob(spark, settings, request).run();
    System.out.println(outcome.sentence() + "; " + outcome.verdict());
    return outcome.seconds();
  }

  /** Seconds of two threads that take one file after another. */
  private double loop(List<Path> photos) throws IOException, InterruptedException {
    Model model =
        ModelFiles.read(
            spark.sessionState().newHadoopConf(), VocModel.weights(), Optional.of(VocModel.card()));
    SegmentationEngine engine = Engines.shared(model, new EngineSettings("cpu", 1));
    Queue<Path> left = new ConcurrentLinkedQueue<>(photos);
    long start = System.nanoTime();
    Thread[] threads = new Thread[CORES];
    for (int i = 0; i < CORES; i++) {
      Segmenter segmenter = new Segmenter(engine, model.card(), settings.pass().segment());
      threads[i] = new Thread(() -> label(left, segmenter));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  private static void label(Queue<Path> left, Segmenter segmenter) {
    try {
      for (Path photo = left.poll(); photo != null; photo = left.poll()) {
        byte[] mask = segmenter.segment(Files.readAllBytes(photo)).encodedMask();
        if (Arrays.hashCode(mask) == 0) {
          System.out.println("A mask whose bytes hash to 0");
        }
      }
    } catch (IOException | StageException e) {
      throw new IllegalStateException(e);
    }
  }
}
