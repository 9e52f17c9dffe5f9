package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.HdfsCluster;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.StandaloneCluster;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Executors that are killed, run out of memory, crash on an image, or want GPUs, on a real cluster
 * whose workers say that they have one GPU each, number 7; with local disks and with HDFS.
 */
class ExecutorFaultsIT {

  private static final String MONSTER = "monster";

  private static final int SIDE = 20_000;
  private static final String MEGAPIXELS = "image.max-megapixels=500";

  private static final int WIDTH = 120;
  private static final int HEIGHT = 90;
  private static final long PATIENCE_MINUTES = 4;
  private static final String NO_DUMPS = "-XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null";

  @TempDir static Path dir;

  private static StandaloneCluster cluster;
  private static HdfsCluster hdfs;
  private static Path photos;
  private static List<String> ids;
  private static Map<String, String> undisturbed;
  private static List<String> undisturbedLogs;

  @BeforeAll
  static void start() throws Exception {
    VocModel.weights();
    photos = Files.createDirectories(dir.resolve("photos"));
    ids =
        SharedData.files("voc/JPEGImages").subList(0, 10).stream()
            .map(p -> p.getFileName().toString().replace(".jpg", ""))
            .toList();
    for (String id : ids) {
      cut("voc/JPEGImages/" + id + ".jpg", photos.resolve(id + ".png"));
    }
    // Its pixels alone need more than an executor has: 1.2 GB of RGB.
    BufferedImage monster = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY);
    ImageIO.write(monster, "png", photos.resolve(MONSTER + ".png").toFile());
    hdfs = new HdfsCluster(dir.resolve("hdfs"), 1);
    hdfs.fileSystem()
        .copyFromLocalFile(
            new org.apache.hadoop.fs.Path(photos.toString()),
            new org.apache.hadoop.fs.Path("/photos"));
    Path discovery = dir.resolve("discovery");
    Files.writeString(discovery, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"7\"]}'\n");
    Files.setPosixFilePermissions(discovery, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster =
        new StandaloneCluster(
            Files.createDirectories(dir.resolve("cluster")),
            2,
            Map.of(
                "spark.worker.resource.gpu.amount",
                "1",
                "spark.worker.resource.gpu.discoveryScript",
                discovery.toString()));

    // Tasks share a GPU that Spark assigns, with the CPU's engine behind it.
    Launcher.Ended ended =
        segment(
            "file",
            "undisturbed",
            List.of("spark.executor.resource.gpu.amount=1", "spark.task.resource.gpu.amount=0.5"));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.DONE);
    undisturbed = Duck.maskDigests(dir.resolve("undisturbed"));
    undisturbedLogs = cluster.executorLogs();
  }

  /** The middle of a photograph, or of its truth: the less there is of it, the faster its CRF. */
  private static void cut(String of, Path file) throws IOException {
    BufferedImage whole = ImageIO.read(SharedData.require(of).toFile());
    int x = (whole.getWidth() - WIDTH) / 2;
    int y = (whole.getHeight() - HEIGHT) / 2;
    ImageIO.write(whole.getSubimage(x, y, WIDTH, HEIGHT), "png", file.toFile());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @Test
  void anImageWithoutMemoryIsAnErrorAndTheExecutorLives() {
    assertThat(undisturbed.keySet()).containsExactlyElementsOf(ids);
    assertThat(errors(dir.resolve("undisturbed")))
        .containsExactly(List.of(MONSTER, "decode", "out-of-memory"));
  }

  @Test
  void tasksGetTheGpuThatSparkAssignsAndShareItsEngine() throws IOException {
    JsonNode executors = record("undisturbed").get("executors");
    assertThat(executors.size()).isEqualTo(2);
    int tasks = 0;
    int images = 0;
    for (JsonNode executor : executors) {
      assertThat(executor.get("gpu_address").asText()).isEqualTo("7");
      assertThat(executor.get("device").asText()).isEqualTo("cpu");
      tasks += executor.get("tasks").asInt();
      images += executor.get("images").asInt();
    }
    assertThat(tasks).isGreaterThanOrEqualTo(4);
    assertThat(images).isEqualTo(11);
    List<Integer> opened =
        undisturbedLogs.stream()
            .filter(log -> log.contains("Device auto:7"))
            .map(log -> count(log, "Device auto:7: cpu, since "))
            .toList();
    assertThat(opened).as("engines in each executor").containsExactly(1, 1);
  }

  /** SEGV is what a fault in native code sends. */
  @ParameterizedTest
  @CsvSource({"file,KILL", "hdfs,SEGV"})
  void anExecutorThatDiesChangesNothing(String scheme, String signal) throws Exception {
    int before = refining();
    CompletableFuture<Launcher.Ended> run =
        CompletableFuture.supplyAsync(
            () ->
                segmentUnchecked(
                    scheme, "killed", List.of("spark.executor.extraJavaOptions=" + NO_DUMPS)));
    // In the middle: one more executor has begun to refine an image.
    await(() -> refining() > before, run);
    long executor = cluster.executors().get(0).pid();
    assertThat(new ProcessBuilder("kill", "-" + signal, "" + executor).start().waitFor()).isZero();

    Launcher.Ended ended = run.get();
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.DONE);
    Path tables = tables(scheme, "killed");
    assertThat(Duck.maskDigests(tables)).isEqualTo(undisturbed);
    assertThat(errors(tables)).containsExactly(List.of(MONSTER, "decode", "out-of-memory"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "hdfs"})
  void anImageThatCrashesItsExecutorsIsAnErrorInTheEnd(String scheme) throws Exception {
    // This JVM aborts, as from a fault in native code, when an image finds no memory.
    Launcher.Ended ended =
        segment(
            scheme,
            "crashed",
            List.of("spark.executor.extraJavaOptions=-XX:+CrashOnOutOfMemoryError " + NO_DUMPS));

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.DONE);
    Path tables = tables(scheme, "crashed");
    assertThat(Duck.maskDigests(tables)).isEqualTo(undisturbed);
    assertThat(errors(tables)).containsExactly(List.of(MONSTER, "infer", "executor-lost"));
    assertThat(ended.err()).contains("ExecutorLostFailure");
    // The next run tries it again, beginning alone: one executor, and no image beside it.
    Launcher.Ended again =
        segment(
            scheme,
            "crashed",
            List.of("spark.executor.extraJavaOptions=-XX:+CrashOnOutOfMemoryError " + NO_DUMPS));
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(again.out()).contains("11 images: 0 masks, 1 errors, 10 done already");
    assertThat(count(again.err(), "ExecutorLostFailure")).as(again.err()).isEqualTo(1);
    Path healed = tables(scheme, "crashed");
    assertThat(Duck.maskDigests(healed)).isEqualTo(undisturbed);
    assertThat(errors(healed)).containsExactly(List.of(MONSTER, "infer", "executor-lost"));
  }

  @Test
  void aSweepTakesTheGpuAndTheQuarantineToo() throws Exception {
    Path truth = Files.createDirectories(dir.resolve("truth"));
    for (String id : ids) {
      cut("voc/SegmentationClass/" + id + ".png", truth.resolve(id + ".png"));
    }
    BufferedImage background = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(background, "png", truth.resolve(MONSTER + ".png").toFile());
    int engines = count(String.join("", cluster.executorLogs()), "Device auto:7");
    List<String> line =
        cluster.submit(
            "1200m",
            "spark.executor.extraJavaOptions=-XX:+CrashOnOutOfMemoryError " + NO_DUMPS,
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=1");
    line.addAll(
        List.of("sweep-crf", "--model", VocModel.weights(), "--model-card", VocModel.card()));
    line.addAll(List.of("--dataset", "voc", "--input", photos.toString(), "--truth", "" + truth));
    line.addAll(
        List.of(
            "--set", "crf.iterations=1", "--set", MEGAPIXELS, "--grid", "crf.bilateral.weight=4"));
    line.addAll(
        List.of("--set", "segment.max-bad-fraction=0.5", "--output", "" + dir.resolve("s")));
    Launcher.Ended ended =
        Launcher.run(Launcher.script(), dir, Map.of(), line.toArray(String[]::new));

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(errors(dir.resolve("s")))
        .containsExactly(List.of(MONSTER, "infer", "executor-lost"));
    assertThat(
            Duck.query(
                "SELECT count(DISTINCT image_id) FROM "
                    + Duck.table(dir.resolve("s"), "per_image")))
        .containsExactly(List.of("" + ids.size()));
    assertThat(count(String.join("", cluster.executorLogs()), "Device auto:7"))
        .isGreaterThan(engines);
  }

  @Test
  void cudaThatIsNotThereFailsAtOnce() throws Exception {
    Launcher.Ended unscheduled = segment("file", "cuda", List.of(), "--device", "cuda");
    assertThat(unscheduled.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unscheduled.err())
        .contains("Invalid device cuda: Spark is not told to schedule GPUs");

    // One more than any worker has: Spark would wait for ever.
    Launcher.Ended absent =
        segment(
            "file",
            "absent",
            List.of(
                "spark.executor.resource.gpu.amount=2",
                "spark.task.resource.gpu.amount=1",
                "spark.deeplab.engine.gpu-wait-seconds=3"));
    assertThat(absent.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(absent.err()).contains("No executor came within 3 s: no worker of spark://");
    assertThat(dir.resolve("absent")).doesNotExist();
  }

  private static Launcher.Ended segment(
      String scheme, String output, List<String> conf, String... more)
      throws IOException, InterruptedException {
    List<String> properties = new ArrayList<>(conf);
    properties.add("spark.deeplab.crf.iterations=2");
    properties.add("spark.deeplab." + MEGAPIXELS);
    List<String> line = cluster.submit("1200m", properties.toArray(String[]::new));
    String input = scheme.equals("file") ? photos.toString() : hdfs.uri("/photos");
    line.addAll(Arrays.asList(VocModel.segment("--input", input, "--output")));
    line.add(scheme.equals("file") ? dir.resolve(output).toString() : hdfs.uri("/" + output));
    line.addAll(List.of("--max-bad-fraction", "0.5", "--partitions", "6"));
    line.addAll(Arrays.asList(more));
    return Launcher.run(Launcher.script(), dir, Map.of(), line.toArray(String[]::new));
  }

  private static Launcher.Ended segmentUnchecked(String scheme, String output, List<String> conf) {
    try {
      return segment(scheme, output, conf);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Executors that have come as far as to refine an image. */
  private static int refining() throws IOException {
    return (int)
        cluster.executorLogs().stream().filter(log -> log.contains("Dense CRF runs on")).count();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition, CompletableFuture<Launcher.Ended> run)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    while (!condition.holds()) {
      assertThat(run).as("the run that is to be disturbed").isNotDone();
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static int count(String text, String part) {
    return (int) Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
  }

  private static JsonNode record(String output) throws IOException {
    try (Stream<Path> records = Files.list(dir.resolve(output).resolve("_runs"))) {
      return new ObjectMapper()
          .readTree(
              records
                  .filter(p -> p.toString().endsWith(".json"))
                  .findFirst()
                  .orElseThrow()
                  .toFile());
    }
  }

  /** An output's tables, where DuckDB can read them. */
  private static Path tables(String scheme, String output) throws IOException {
    if (scheme.equals("file")) {
      return dir.resolve(output);
    }
    Path copy = Files.createTempDirectory(dir, "copy-" + output);
    hdfs.copyTo(copy, "/" + output + "/masks");
    hdfs.copyTo(copy, "/" + output + "/errors");
    return copy;
  }

  private static List<List<String>> errors(Path tables) {
    return Duck.query("SELECT image_id, stage, code FROM " + Duck.table(tables, "errors"));
  }
}
