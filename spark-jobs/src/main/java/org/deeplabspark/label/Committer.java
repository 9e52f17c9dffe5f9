package org.deeplabspark.label;

import java.io.IOException;
import java.time.Duration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.RunLock;
import org.deeplabspark.io.StrictFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what tasks have finished while others still work. Each task of the labelling job leaves
 * one file of {@code StagedRow}s, a shard; every few minutes the shards that are whole are parted
 * into tables, gathered into larger files, and renamed into the output one by one. An image stands
 * in one file only, so a reader sees it once or not yet, and a driver that is killed between two
 * renames leaves nothing to put right: what is visible is done.
 *
 * <p>An attempt that fails, of whatever, is made again in the next interval, in a new directory and
 * with what has come since; labelling goes on meanwhile. What cannot be published at the end either
 * stays in the staging directory for the next run.
 */
final class Committer {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  /**
   * Attempts after labelling has ended, spread over one interval: a fault that lasts no longer than
   * the time between two commits costs nothing, at the end as little as before.
   */
  private static final int LAST_ATTEMPTS = 6;

  private final SparkSession spark;
  private final OutputDirectory output;
  private final RunLock lock;
  private final Commit commit;
  private final StagedShards shards;
  private final String name;
  private final Duration interval;

  private RowCounts tally = RowCounts.NONE;
  private boolean unsure;
  private Throwable firstFailure;

  private Committer(
      SparkSession spark,
      OutputDirectory output,
      RunLock lock,
      Commit commit,
      StagedShards shards,
      String name,
      boolean unsure,
      Duration interval) {
    this.spark = spark;
    this.output = output;
    this.lock = lock;
    this.commit = commit;
    this.shards = shards;
    this.name = name;
    this.unsure = unsure;
    this.interval = interval;
  }

  /**
   * Of the run that writes; nothing is committed yet.
   *
   * @param interval between two commits
   */
  static Committer of(
      SparkSession spark, OutputDirectory output, RunLock lock, Commit commit, Duration interval) {
    StagedShards shards = new StagedShards(output.fileSystem(), output.staging(output.runId()));
    return new Committer(spark, output, lock, commit, shards, output.runId(), false, interval);
  }

  /** Of a run that has ended and left shards behind. */
  static Committer ofDead(
      SparkSession spark,
      OutputDirectory output,
      RunLock lock,
      Commit commit,
      String dead,
      Duration interval) {
    StagedShards shards = new StagedShards(output.fileSystem(), output.staging(dead));
    String name = dead + "-" + output.runId();
    return new Committer(spark, output, lock, commit, shards, name, true, interval);
  }

  /** What was committed so far. */
  RowCounts tally() {
    return tally;
  }

  /**
   * Runs a job that leaves shards in this run's staging directory, and commits them while it runs
   * and after it; also what a job that fails has finished.
   *
   * @param job starts Spark jobs of group {@link OutputDirectory#runId}, which are cancelled when
   *     the lock is lost
   * @throws IllegalStateException if something is left that cannot be committed, with the first
   *     cause since the last commit, or if the lock is lost
   */
  void during(Runnable job) {
    Watch watch = new Watch();
    watch.start();
    try {
      job.run();
    } catch (Throwable e) { // also what Spark throws and no signature shows
      watch.end();
      boolean commitsFailedFirst = firstFailure != null;
      try {
        rest();
      } catch (IllegalStateException notCommitted) {
        if (commitsFailedFirst) {
          notCommitted.addSuppressed(e);
          throw notCommitted;
        }
        LOG.warn("{}", notCommitted.getMessage());
      }
      throw e;
    }
    watch.end();
    rest();
  }

  /**
   * Commits all that is finished now.
   *
   * @throws IllegalStateException as {@link #during}
   */
  void rest() {
    for (int attempt = 1; !attempt(); attempt++) {
      boolean hopeless =
          attempt == LAST_ATTEMPTS
              || firstFailure instanceof RunLock.LostException
              || spark.sparkContext().isStopped();
      if (hopeless || !pause()) {
        throw failure();
      }
    }
  }

  private IllegalStateException failure() {
    if (firstFailure instanceof RunLock.LostException lost) {
      return lost;
    }
    return new IllegalStateException(
        String.format(
            "Cannot publish to %s, what is finished stays in _staging and the next run publishes it: %s",
            output.root(), inOneLine(firstFailure)),
        firstFailure);
  }

  /** Spark's messages go on with stack traces, and its wrapping says little. */
  private static String inOneLine(Throwable failure) {
    Throwable telling = failure;
    while (telling instanceof SparkException && telling.getCause() != null) {
      telling = telling.getCause();
    }
    return telling.toString().lines().findFirst().orElse("");
  }

  private boolean pause() {
    try {
      Thread.sleep(interval.toMillis() / (LAST_ATTEMPTS - 1));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Commits what is finished, if there is any; whether that went well. */
  private synchronized boolean attempt() {
    try {
      lock.check();
      commitNew();
      firstFailure = null;
      return true;
    } catch (Throwable e) {
      // Spark throws checked exceptions that no signature shows, Hadoop an Error for a full disk.
      LOG.warn("A commit failed: {}", inOneLine(e));
      unsure = true;
      if (firstFailure == null || e instanceof RunLock.LostException) {
        firstFailure = e;
      }
      return false;
    }
  }

  private void commitNew() throws IOException {
    StagedShards.Batch batch = shards.gather();
    if (batch.files().isEmpty()) {
      return;
    }
    spark.sparkContext().setJobDescription("commit " + batch.files().size() + " shards");
    String files = String.format("%s-%04d", name, batch.number());
    RowCounts added =
        unsure ? commit.again(batch, files, shards.earlier(batch)) : commit.first(batch, files);
    unsure = false;
    shards.published(batch);
    tally = tally.plus(added);
    remove(batch.place());
  }

  /** What stays there is not taken for new, so that a failure costs nothing but the space. */
  private void remove(Path place) {
    try {
      StrictFiles.delete(output.fileSystem(), place);
    } catch (Throwable e) {
      LOG.warn("{} stays until the run ends: {}", place, e.toString());
    }
  }

  /** Commits every now and then until it is told to end. */
  private final class Watch extends Thread {
    private boolean over;

    Watch() {
      super("commit");
      setDaemon(true);
    }

    @Override
    public void run() {
      // Spark jobs of this thread are no part of the job that it watches, and get cores beside it.
      spark.sparkContext().setJobGroup(output.runId() + " commit", "commit", false);
      spark.sparkContext().setLocalProperty("spark.scheduler.pool", "commit");
      try {
        while (!waited()) {
          if (!attempt() && firstFailure instanceof RunLock.LostException) {
            spark.sparkContext().cancelJobGroup(output.runId());
            return;
          }
        }
      } catch (InterruptedException e) {
        LOG.warn("No commit before the end: {}", e.toString());
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

    /** Ends it after the commit it is at. */
    void end() {
      synchronized (this) {
        over = true;
        notifyAll();
      }
      boolean interrupted = false;
      while (isAlive()) {
        try {
          join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
