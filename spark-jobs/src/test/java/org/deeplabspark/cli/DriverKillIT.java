package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.HdfsCluster;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.StandaloneCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers that are killed while they work on a real cluster, on local disks and on HDFS. */
class DriverKillIT {

  private static final int IMAGES = 24;
  private static final int WIDTH = 64; // whose CRF needs no second compiler
  private static final int HEIGHT = 48;
  private static final long PATIENCE_SECONDS = 240;
  private static final Pattern DONE =
      Pattern.compile("(\\d+) images: (\\d+) masks, (\\d+) errors, (\\d+) done already");

  @TempDir static Path dir;

  private static StandaloneCluster cluster;
  private static HdfsCluster hdfs;
  private static Path photos;

  private FileSystem fs;
  private org.apache.hadoop.fs.Path output;
  private int copies;

  @BeforeAll
  static void start() throws Exception {
    photos = Files.createDirectories(dir.resolve("photos"));
    for (int i = 0; i < IMAGES; i++) {
      photo(photos.resolve("p" + i + ".png"), i);
    }
    Files.writeString(photos.resolve("broken.png"), "no picture");
    hdfs = new HdfsCluster(dir.resolve("hdfs"), 1);
    cluster = new StandaloneCluster(Files.createDirectories(dir.resolve("cluster")));
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

  private static void photo(Path file, int seed) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setPaint(
        new GradientPaint(seed, 0, Color.getHSBColor(seed / 36f, 1, 1), WIDTH, HEIGHT, Color.BLUE));
    g.fillRect(0, 0, WIDTH, HEIGHT);
    g.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "hdfs"})
  void killedAtAnyMomentTheNextRunDoesTheRestAndEveryImageStandsOnce(String scheme)
      throws Exception {
    String place = scheme.equals("file") ? dir.resolve("out").toUri().toString() : hdfs.uri("/out");
    output = new org.apache.hadoop.fs.Path(place);
    fs = output.getFileSystem(new Configuration());

    whileImagesAreLabelled();
    int visible = afterACommit();
    List<Integer> counts = finished(run("--set", "segment.commit-interval=0.001"));
    assertThat(counts.get(0)).isEqualTo(IMAGES + 1);
    assertThat(counts.get(3))
        .as("what was visible, and what was finished and not published")
        .isBetween(visible, IMAGES + 1);
    everyImageStandsOnce();
    Map<String, String> masks = Duck.maskDigests(copy());

    whileOldRowsAreReplaced();
    // No image twice, and none but with one of its two masks.
    assertThat(IMAGES).isGreaterThanOrEqualTo(Duck.maskDigests(copy()).size());
    List<Integer> rest = finished(run("--crf", "off"));
    assertThat(rest.get(1) + rest.get(3)).isGreaterThanOrEqualTo(IMAGES);
    everyImageStandsOnce();
    assertThat(Duck.query("SELECT DISTINCT crf_changed_fraction FROM " + table("masks")))
        .as("all of them by the new settings")
        .containsExactly(Collections.singletonList(null));
    assertThat(Duck.maskDigests(copy()).keySet()).isEqualTo(masks.keySet());
  }

  /**
   * Nothing was committed: nothing is visible, and a second run is refused while the first lives.
   */
  private void whileImagesAreLabelled() throws Exception {
    Launcher.Running first = start("--set", "segment.commit-interval=60");
    await(first, () -> files("_staging").stream().anyMatch(f -> f.matches(".*/rows-0/part-.*")));
    if (fs.getUri().getScheme().equals("file")) { // RunLockTest does the same on HDFS
      String id = holder();
      signal(first, "-STOP");
      Launcher.Ended second = run();
      assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(second.err()).contains("Run " + id + " (process " + first.process().pid());
    }
    first.process().destroyForcibly().waitFor();
    assertThat(files("masks")).isEmpty();
  }

  /** What was committed is visible at once; the number of masks. */
  private int afterACommit() throws Exception {
    Launcher.Running run = start("--set", "segment.commit-interval=0.001");
    await(run, () -> !files("masks").isEmpty());
    run.process().destroyForcibly().waitFor();
    int visible = Duck.maskDigests(copy()).size();
    assertThat(visible).isBetween(1, IMAGES);
    assertThat(files("_SUCCESS")).isEmpty();
    return visible;
  }

  /** Other settings: every row is replaced; killed as soon as the first old file has changed. */
  private void whileOldRowsAreReplaced() throws Exception {
    List<String> before = states("masks");
    Launcher.Running run = start("--crf", "off", "--set", "segment.commit-interval=0.001");
    await(run, () -> !states("masks").containsAll(before));
    run.process().destroyForcibly().waitFor();
  }

  private void everyImageStandsOnce() throws IOException {
    assertThat(
            Duck.query(
                "SELECT count(*), count(DISTINCT image_id) FROM (SELECT image_id FROM "
                    + table("masks")
                    + " UNION ALL SELECT image_id FROM "
                    + table("errors")
                    + ")"))
        .containsExactly(List.of(IMAGES + 1 + "", IMAGES + 1 + ""));
    assertThat(files("_SUCCESS")).hasSize(1);
    assertThat(files("_staging")).isEmpty();
    assertThat(files("_runs/_lock")).isEmpty();
  }

  private static List<Integer> finished(Launcher.Ended run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Matcher counts = DONE.matcher(run.out());
    assertThat(counts.find()).as(run.out()).isTrue();
    return List.of(
        Integer.valueOf(counts.group(1)),
        Integer.valueOf(counts.group(2)),
        Integer.valueOf(counts.group(3)),
        Integer.valueOf(counts.group(4)));
  }

  private String[] line(String... more) {
    List<String> line = cluster.submit("1g");
    line.addAll(
        List.of(
            "segment",
            "--model",
            SharedData.root().resolve("conf/models/compact-scenes").toString(),
            "--input",
            photos.toString(),
            "--output",
            output.toString(),
            "--partitions",
            "12",
            "--set",
            "crf.iterations=2"));
    line.addAll(Arrays.asList(more));
    return line.toArray(String[]::new);
  }

  private Launcher.Running start(String... more) throws IOException {
    return Launcher.start(Launcher.script(), dir, Map.of(), line(more));
  }

  private Launcher.Ended run(String... more) throws Exception {
    return Launcher.run(Launcher.script(), dir, Map.of(), line(more));
  }

  private static void signal(Launcher.Running run, String signal) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, "" + run.process().pid()).start().waitFor())
        .isZero();
  }

  private static void await(Launcher.Running run, BooleanSupplier reached) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!reached.getAsBoolean()) {
      assertThat(run.process().isAlive()).as(() -> "ended too early: " + run.err()).isTrue();
      assertThat(System.nanoTime()).as(run.err()).isLessThan(end);
      Thread.sleep(5);
    }
  }

  private String holder() throws IOException {
    try (var in = fs.open(new org.apache.hadoop.fs.Path(output, "_runs/_lock"))) {
      Matcher id =
          Pattern.compile("\"run_id\":\"([^\"]+)\"")
              .matcher(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
      assertThat(id.find()).isTrue();
      return id.group(1);
    }
  }

  /** Files in a place and below, as whole paths. */
  private List<String> files(String name) {
    return walk(new org.apache.hadoop.fs.Path(output, name), false);
  }

  private List<String> states(String name) {
    return walk(new org.apache.hadoop.fs.Path(output, name), true);
  }

  private List<String> walk(org.apache.hadoop.fs.Path place, boolean withTime) {
    List<String> files = new ArrayList<>();
    try {
      for (FileStatus status : fs.listStatus(place)) {
        if (status.isDirectory()) {
          files.addAll(walk(status.getPath(), withTime));
        } else {
          files.add(status.getPath() + (withTime ? " " + status.getModificationTime() : ""));
        }
      }
    } catch (IOException e) {
      return files; // not there, or not any more
    }
    return files;
  }

  private String table(String name) throws IOException {
    return Duck.table(copy(), name);
  }

  /** The tables as they are now, where DuckDB can read them. */
  private Path copy() throws IOException {
    Path copy = Files.createDirectories(dir.resolve("copy-" + fs.getUri().getScheme() + copies++));
    for (String table : List.of("masks", "errors")) {
      org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(output, table);
      if (fs.exists(from)) {
        fs.copyToLocalFile(false, from, new org.apache.hadoop.fs.Path(copy.toUri()), true);
      }
    }
    return copy;
  }
}
