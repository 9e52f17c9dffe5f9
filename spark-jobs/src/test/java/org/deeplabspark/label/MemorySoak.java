package org.deeplabspark.label;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.StandaloneCluster;

/**
 * Whether an executor's memory stays flat: photographs of many sizes through one executor of two
 * cores on a real cluster, its resident set after every task. The README beside this says how to
 * run it with large ones; {@link ExecutorMemoryIT} does with small ones.
 */
final class MemorySoak {

  private static final int IMAGES_PER_TASK = 20;

  private MemorySoak() {}

  /** Arguments: images (2000), width (500) and height (375) of the largest. */
  public static void main(String[] args) throws Exception {
    int images = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
    int width = args.length > 1 ? Integer.parseInt(args[1]) : 500;
    int height = args.length > 2 ? Integer.parseInt(args[2]) : 375;
    List<Sample> samples = run(Files.createTempDirectory("soak"), images, width, height);
    int step = Math.max(1, samples.size() / 20);
    for (int task = 0; task < samples.size(); task += step) {
      Sample sample = samples.get(task);
      System.out.printf("%5d images: %d MiB%n", sample.images(), sample.kib() / 1024);
    }
    System.out.printf(
        Locale.ROOT, "from image 100 to image %d: %+.1f %%%n", images, 100 * growth(samples));
  }

  /**
   * Resident set of the one executor after a task.
   *
   * @param images done by then
   * @param kib its size
   */
  record Sample(long images, long kib) {}

  /** By how much of itself the resident set grew from the 100th image to the last. */
  static double growth(List<Sample> samples) {
    double early = mean(samples.stream().filter(s -> s.images() >= 100).limit(5).toList());
    double late = mean(samples.subList(samples.size() - 5, samples.size()));
    return late / early - 1;
  }

  private static double mean(List<Sample> some) {
    return some.stream().mapToLong(Sample::kib).average().orElseThrow();
  }

  /** Labels photographs of many sizes, up to the given one, and watches. */
  static List<Sample> run(Path dir, int images, int width, int height) throws Exception {
    RealPhotos.cutOut(dir.resolve("photos"), images, width, height);
    try (StandaloneCluster cluster =
        new StandaloneCluster(Files.createDirectories(dir.resolve("cluster")), 2, Map.of())) {
      SparkSession spark =
          SparkSession.builder()
              .master(cluster.master())
              .appName("soak")
              .config("spark.cores.max", "2")
              .config("spark.executor.memory", "1500m")
              .config("spark.executor.extraJavaOptions", "--add-modules=jdk.incubator.vector")
              .config(
                  "spark.jars",
                  SharedData.root().resolve("spark-jobs/target/deeplab-spark-app.jar").toString())
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.scheduler.mode", "FAIR")
              .config("spark.ui.enabled", "false")
              .getOrCreate();
      Samples samples = new Samples(cluster);
      spark.sparkContext().addSparkListener(samples);
      SegmentRequest request =
          new SegmentRequest(
              SharedData.root().resolve("conf/models/compact-scenes").toString(),
              Optional.empty(),
              List.of(dir.resolve("photos").toString()),
              Optional.empty(),
              Optional.empty(),
              dir.resolve("out").toString(),
              LocalDate.EPOCH);
      Settings settings =
          Settings.reference().with("segment.partitions", "" + images / IMAGES_PER_TASK, "soak");
      System.out.println(
          new SegmentJob(spark, LabelSettings.of(settings), request).run().sentence());
      spark.stop();
      return samples.samples();
    }
  }

  private static final class Samples extends SparkListener {

    private final StandaloneCluster cluster;
    private final Set<Integer> labelling = new HashSet<>();
    private final List<Sample> samples = new ArrayList<>();
    private long done;

    Samples(StandaloneCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
      String job = stage.properties().getProperty("spark.job.description", "");
      if (job.startsWith("label ")) {
        labelling.add(stage.stageInfo().stageId());
      }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      if (!labelling.contains(end.stageId()) || end.taskMetrics() == null) {
        return;
      }
      done += end.taskMetrics().outputMetrics().recordsWritten();
      try {
        samples.add(new Sample(done, residentKib(cluster.executors().get(0).pid())));
      } catch (IOException | IndexOutOfBoundsException e) {
        // It has just ended.
      }
    }

    private static long residentKib(long pid) throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      throw new IOException("No VmRSS of " + pid);
    }

    synchronized List<Sample> samples() {
      return List.copyOf(samples);
    }
  }
}
