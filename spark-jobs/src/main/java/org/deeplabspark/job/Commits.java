package org.deeplabspark.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.ParquetFiles;
import org.deeplabspark.table.StagedRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what tasks have finished while others still work. Each task of the labelling job leaves
 * one file of {@link StagedRow}s; every few minutes the files that are whole are parted into
 * tables, gathered into larger files, and renamed into the output one by one. An image stands in
 * one file only, so a reader sees it once or not yet, and a driver that is killed between two
 * renames leaves nothing to put right: what is visible is done.
 */
final class Commits {

  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  private final SparkSession spark;
  private final OutputDirectory output;
  private final RunLock lock;
  private final TableWriter writer;
  private final Metadata maskMetadata;
  private final OldRows oldRows;
  private final String partition;
  private final Duration interval;

  private Tally tally = Tally.NONE;
  private int commits;

  /**
   * Commits nothing yet.
   *
   * @param maskMetadata what stands with column {@code mask}
   * @param oldRows takes away what new rows replace
   * @param partition directory in each table for the new files
   * @param interval between two commits
   */
  Commits(
      SparkSession spark,
      OutputDirectory output,
      RunLock lock,
      TableWriter writer,
      Metadata maskMetadata,
      OldRows oldRows,
      String partition,
      Duration interval) {
    this.spark = spark;
    this.output = output;
    this.lock = lock;
    this.writer = writer;
    this.maskMetadata = maskMetadata;
    this.oldRows = oldRows;
    this.partition = partition;
    this.interval = interval;
  }

  /** What was committed so far. */
  Tally tally() {
    return tally;
  }

  /**
   * Runs a job that leaves files of {@link StagedRow}s in a directory, and commits them while it
   * runs and after it; also what a job that fails has finished.
   *
   * @param job starts Spark jobs of group {@link OutputDirectory#runId}, which are cancelled when a
   *     commit fails
   * @throws IllegalStateException if a commit failed
   */
  void during(Path staged, Runnable job) throws IOException {
    Watch watch = new Watch(staged);
    watch.start();
    boolean done = false;
    try {
      job.run();
      done = true;
    } finally {
      settle(watch, done);
    }
  }

  private void settle(Watch watch, boolean done) throws IOException {
    Optional<Exception> failure = watch.end();
    if (failure.isPresent()) {
      throw new IllegalStateException(failure.get().getMessage(), failure.get());
    }
    try {
      commitNew(watch.staged, watch.seen);
    } catch (IOException | RuntimeException e) {
      if (done) {
        throw e;
      }
      LOG.warn("What a failed job had finished is not committed: {}", e.toString());
    }
  }

  /** Commits every now and then until it is told to end. */
  private final class Watch extends Thread {
    private final Path staged;
    private final Set<String> seen = new HashSet<>();
    private boolean over;
    private Exception failure;

    Watch(Path staged) {
      super("commit");
      this.staged = staged;
      setDaemon(true);
    }

    @Override
    public void run() {
      // Spark jobs of this thread are no part of the job that it watches, and get cores beside it.
      spark.sparkContext().setJobGroup(output.runId() + " commit", "commit", false);
      spark.sparkContext().setLocalProperty("spark.scheduler.pool", "commit");
      try {
        while (!waited()) {
          commitNew(staged, seen);
        }
      } catch (IOException | RuntimeException | InterruptedException e) {
        synchronized (this) {
          failure = e;
        }
        spark.sparkContext().cancelJobGroup(output.runId());
      }
    }

    /** Waits for the next commit; true where there is to be none. */
    private synchronized boolean waited() throws InterruptedException {
      long end = System.nanoTime() + interval.toNanos();
      for (long left = interval.toMillis(); !over && left > 0; ) {
        wait(left);
        left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      }
      return over;
    }

    /** Ends it after the commit it is at; what went wrong, if anything did. */
    Optional<Exception> end() {
      synchronized (this) {
        over = true;
        notifyAll();
      }
      try {
        join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of(e);
      }
      return Optional.ofNullable(failure);
    }
  }

  /**
   * Commits the files that have come since the last time. A task whose result got lost may leave
   * its file a second time, under the same name: that is passed over.
   */
  private void commitNew(Path staged, Set<String> seen) throws IOException {
    FileSystem fs = output.fileSystem();
    Path place = output.staged(String.format("commit-%04d", commits));
    Path shards = new Path(place, "shards");
    long bytes = 0;
    int files = 0;
    for (FileStatus status : list(fs, staged)) {
      if (ParquetFiles.is(status) && seen.add(status.getPath().getName())) {
        fs.mkdirs(shards);
        fs.rename(status.getPath(), new Path(shards, status.getPath().getName()));
        bytes += status.getLen();
        files++;
      }
    }
    if (files > 0) {
      spark.sparkContext().setJobDescription("commit " + files + " shards");
      commit(place, shards, bytes);
      fs.delete(place, true);
      commits++;
    }
  }

  private void commit(Path place, Path shards, long bytes) throws IOException {
    Dataset<Row> rows = spark.read().schema(StagedRow.SCHEMA).parquet(ImageRows.literal(shards));
    Row counted = counts(rows);
    Tally added = Tally.of(counted);
    long replaced = counted.getLong(6);
    long movedErrors = counted.getLong(7);
    Path masks = new Path(place, "masks");
    Path errors = new Path(place, "errors");
    Dataset<Row> newMasks = rows(rows, StagedRow.MASK, StagedRow.MASK_COLUMN);
    Dataset<Row> newErrors = rows(rows, StagedRow.ERROR, StagedRow.ERROR_COLUMN);
    long maskBytes = bytes;
    if (added.moved() > 0) {
      MovedRows moved = new MovedRows(spark, rows(rows, StagedRow.MOVED, StagedRow.MOVED_COLUMN));
      newMasks = newMasks.union(moved.masks());
      newErrors = newErrors.union(moved.errors());
      maskBytes += moved.maskBytes();
    }
    boolean anyMasks = added.masks() + added.moved() > movedErrors;
    boolean anyErrors = added.errors() + movedErrors > 0;
    if (anyMasks) {
      writer.masks(newMasks, maskMetadata, maskBytes, masks);
    }
    if (anyErrors) {
      writer.errors(newErrors, errors);
    }
    List<OldRows.Exchange> exchanges =
        replaced == 0
            ? List.of()
            : oldRows.without(
                rows.select(explode(col(StagedRow.REPLACES)).as("old"))
                    .select("old.file", "old.image_id"),
                place);
    lock.check();
    output.delete(OutputDirectory.SUCCESS);
    // First the old rows go, then the new ones come: a reader never sees both.
    for (OldRows.Exchange exchange : exchanges) {
      if (exchange.rest().isPresent()) {
        output.exchange(exchange.rest().get(), exchange.file());
      } else {
        output.fileSystem().delete(exchange.file(), false);
      }
    }
    String name = String.format("%s-%04d", output.runId(), commits);
    if (anyErrors) {
      output.publish(errors, "errors/" + partition, name);
    }
    if (anyMasks) {
      output.publish(masks, "masks/" + partition, name);
    }
    tally = tally.plus(added);
  }

  /** What {@link Tally#of} reads, then rows that are replaced, then moved rows of errors. */
  private static Row counts(Dataset<Row> rows) {
    return rows.agg(
            ofKind(StagedRow.MASK),
            ofKind(StagedRow.ERROR),
            ofKind(StagedRow.UNCHANGED),
            ofKind(StagedRow.MOVED),
            ofKind(StagedRow.KEPT),
            ofKind(StagedRow.FORGOTTEN),
            coalesce(sum(size(col(StagedRow.REPLACES))), lit(0L)),
            count(when(not(col(StagedRow.MOVED_COLUMN + ".known.in_masks")), 1)))
        .first();
  }

  private static Column ofKind(String kind) {
    return count(when(col(StagedRow.KIND).equalTo(kind), 1));
  }

  private static Dataset<Row> rows(Dataset<Row> rows, String kind, String column) {
    return rows.filter(col(StagedRow.KIND).equalTo(kind)).select(column + ".*");
  }

  private static FileStatus[] list(FileSystem fs, Path directory) throws IOException {
    try {
      return fs.listStatus(directory);
    } catch (FileNotFoundException e) {
      return new FileStatus[0]; // no task has ended yet
    }
  }
}
