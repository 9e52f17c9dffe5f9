package org.deeplabspark.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunLock;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.FaultyFileSystem;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits that fail, at exact moments, on a file system with faults. */
class CommitterTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final String FIRST = "20260101T000000000Z-0001";
  private static final String SECOND = "20260102T000000000Z-0002";
  private static final String THIRD = "20260103T000000000Z-0003";

  @TempDir Path dir;

  private final SparkSession spark = small();
  private final TableWriter writer =
      new TableWriter(LabelSettings.of(Settings.reference()).tables());
  private final CommitTarget target = new CommitTarget("run_date=2026-01-01", Metadata.empty());
  private Configuration hadoop;
  private Path out;

  /** Hundreds of queries over a handful of rows. */
  private static SparkSession small() {
    SparkSession session = SharedSpark.session().newSession();
    session.conf().set("spark.sql.adaptive.enabled", "false");
    session.conf().set("spark.sql.shuffle.partitions", "1");
    return session;
  }

  @BeforeEach
  void place() {
    FaultyFileSystem.register(spark.sparkContext().hadoopConfiguration());
    hadoop = spark.sessionState().newHadoopConf();
    out = dir.resolve("out");
  }

  @AfterEach
  void noFault() {
    FaultyFileSystem.set((change, path) -> true);
  }

  private OutputDirectory open(String run) throws IOException {
    return OutputDirectory.open(hadoop, "faulty:" + out, run, OutputDirectory.Owner.SEGMENT);
  }

  /** A run of shards with these images each; one that begins with {@code e} becomes an error. */
  private Committer run(OutputDirectory output, RunLock lock) throws IOException {
    output.writeText("_runs/" + output.runId() + RunRecord.STARTED, "{}");
    target.write(output.fileSystem(), output.staging(output.runId()));
    Commit commit = new Commit(spark, output, lock, writer, target);
    return Committer.of(spark, output, lock, commit, SHORT);
  }

  /** Publishes what dead runs have left, as the next run does. */
  private void nextRun(String run) throws IOException {
    OutputDirectory output = open(run);
    try (RunLock lock = RunLock.take(output, Duration.ofMinutes(10))) {
      new Leftovers(spark, output, lock, writer, SHORT).publish();
    }
    output.deleteStaging();
  }

  /** The run whose row an image has, of both tables. */
  private Map<String, String> published() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (String table : List.of("masks", "errors")) {
      if (open(FIRST).hasRows(table)) {
        for (List<String> row :
            Duck.query("SELECT image_id, run_id FROM " + Duck.table(out, table))) {
          assertThat(rows.put(row.get(0), row.get(1))).as("second row of " + row).isNull();
        }
      }
    }
    return rows;
  }

  private static void failOnce(Throwable failure, String change, String pattern) {
    AtomicInteger times = new AtomicInteger();
    FaultyFileSystem.set(
        (asked, path) ->
            !asked.equals(change)
                || !path.matches(pattern)
                || times.getAndIncrement() > 0
                || FaultyFileSystem.<RuntimeException>fail(failure));
  }

  @Test
  void whateverACommitFailsOfTheNextOnePublishesEachImageOnce() throws IOException {
    AnalysisException analysis = analysisException();
    List<Throwable> failures =
        List.of(
            new IOException("No space left on device"),
            FaultyFileSystem.full(),
            analysis,
            new org.apache.spark.SparkException("Job aborted"),
            new StackOverflowError());
    List<String> renames =
        List.of(
            ".*/rows-0/part[^ ]*",
            ".*/commit-\\d+/errors/part[^ ]*",
            ".*/commit-\\d+/masks/part[^ ]*");
    for (int i = 0; i < failures.size(); i++) {
      out = dir.resolve("out" + i);
      OutputDirectory output = open(FIRST);
      try (RunLock lock = RunLock.take(output, Duration.ofMinutes(10))) {
        Committer commits = run(output, lock);
        failOnce(failures.get(i), "rename", renames.get(i % renames.size()) + " .*");
        commits.during(() -> StagedImages.write(spark, output, "a", "b", "e1"));
        assertThat(commits.tally()).isEqualTo(new RowCounts(2, 1, 0, 0, 0, 0));
      }
      assertThat(published()).containsOnlyKeys("a", "b", "e1");
    }
  }

  private AnalysisException analysisException() {
    try {
      spark.sql("SELECT nothing FROM nowhere").collect();
      throw new IllegalStateException("expected AnalysisException");
    } catch (Exception e) {
      return (AnalysisException) e;
    }
  }

  @Test
  void theFirstCauseIsToldAndTheWorkIsKept() throws IOException {
    OutputDirectory output = open(FIRST);
    try (RunLock lock = RunLock.take(output, Duration.ofMinutes(10))) {
      Committer commits = run(output, lock);
      AtomicInteger times = new AtomicInteger();
      FaultyFileSystem.set(
          (change, path) -> {
            if (change.equals("rename") && path.contains("/masks/part")) {
              throw new IllegalStateException("cause " + times.incrementAndGet());
            }
            return true;
          });
      assertThatThrownBy(
              () -> commits.during(() -> StagedImages.write(spark, output, "a", "b", "e1")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cause 1")
          .hasMessageContaining("the next run publishes it");
      assertThat(times.get()).isGreaterThan(2);
      assertThat(Leftovers.isLeft(output)).isTrue();
    }
    FaultyFileSystem.set((change, path) -> true);
    nextRun(SECOND);
    assertThat(published()).containsOnlyKeys("a", "b", "e1");
    assertThat(out.resolve("_staging")).doesNotExist();
  }

  /** Whatever a driver does last, from its first change of a commit to its last. */
  @Test
  void killedAtAnyStepTheNextRunPublishesTheRestOnce() throws IOException {
    Path seeded = dir.resolve("seeded");
    out = seeded;
    seed();
    boolean killed = true;
    int step = 0;
    for (; killed; step++) {
      out = dir.resolve("killed" + step);
      FileUtils.copyDirectory(seeded.toFile(), out.toFile());
      OutputDirectory output = open(SECOND);
      RunLock lock = RunLock.take(output, Duration.ofMinutes(10));
      run(output, lock);
      StagedImages.write(spark, output, "a", "b", "e1", "e2", "d>m");
      int last = step;
      AtomicInteger changes = new AtomicInteger();
      FaultyFileSystem.set(
          (change, path) -> {
            boolean counts =
                List.of("rename", "delete").contains(change) && !path.contains("_temporary");
            if (changes.get() > last || (counts && changes.incrementAndGet() > last)) {
              throw new IllegalStateException("killed");
            }
            return true;
          });
      Commit commit = new Commit(spark, output, lock, writer, target);
      StagedShards staged = new StagedShards(output.fileSystem(), output.staging(SECOND));
      try {
        StagedShards.Batch batch = staged.gather();
        commit.first(batch, SECOND + "-0000");
        StrictFiles.delete(output.fileSystem(), batch.place());
        killed = false;
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageContaining("killed");
      }
      FaultyFileSystem.set((change, path) -> true);
      // A reader meets no image twice.
      assertThat(published().keySet()).isSubsetOf("a", "b", "c", "d", "e1", "e2", "m");
      lock.close();

      nextRun(THIRD);
      assertThat(published())
          .as("killed after %d changes", last)
          .containsOnlyKeys("a", "b", "c", "e1", "e2", "m")
          .containsEntry("a", SECOND)
          .containsEntry("b", SECOND)
          .containsEntry("c", FIRST)
          .containsEntry("m", FIRST)
          .containsEntry("e1", SECOND)
          .containsEntry("e2", SECOND);
      assertThat(out.resolve("_staging")).doesNotExist();
    }
    assertThat(step).as("steps").isGreaterThan(6);
  }

  /** Rows that the second run replaces or moves, but for the mask of {@code c}. */
  private void seed() throws IOException {
    OutputDirectory output = open(FIRST);
    try (RunLock lock = RunLock.take(output, Duration.ofMinutes(10))) {
      run(output, lock).during(() -> StagedImages.write(spark, output, "a", "c", "d", "e1"));
    }
    output.delete("_runs/" + FIRST + RunRecord.STARTED);
    output.deleteStaging();
  }

  @Test
  void rowsOfLaterRunsStandAndThoseOfEarlierOnesAreReplaced() throws IOException {
    for (String run : List.of(SECOND, FIRST)) {
      OutputDirectory output = open(run);
      try (RunLock lock = RunLock.take(output, Duration.ofMinutes(10))) {
        run(output, lock);
        StagedImages.write(
            spark, output, run.equals(FIRST) ? new String[] {"a", "b"} : new String[] {"b", "x"});
      }
    }
    nextRun(THIRD);
    assertThat(published())
        .containsExactly(Map.entry("a", FIRST), Map.entry("b", SECOND), Map.entry("x", SECOND));
  }

  @Test
  void aShardWithoutItsEndIsLeftOutAndTheOthersArePublished() throws IOException {
    OutputDirectory output = open(FIRST);
    try (RunLock lock = RunLock.take(output, Duration.ofMinutes(10))) {
      run(output, lock);
      StagedImages.write(spark, output, "a", "b", "e1");
    }
    List<Path> files;
    try (Stream<Path> found = Files.list(out.resolve("_staging/" + FIRST + "/rows-0"))) {
      files = found.filter(f -> f.toString().endsWith(".parquet")).sorted().toList();
    }
    Files.write(files.get(0), java.util.Arrays.copyOf(Files.readAllBytes(files.get(0)), 200));
    nextRun(SECOND);
    assertThat(published()).hasSizeBetween(1, 2);
  }
}
