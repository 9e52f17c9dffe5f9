package org.deeplabspark.label;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.io.RunLock;
import org.deeplabspark.io.StrictFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs that failed or were killed have finished and not published. The next run publishes it,
 * as those would have done, before it looks at what is done; then their staging directories go.
 */
final class Leftovers {

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private final SparkSession spark;
  private final OutputDirectory output;
  private final FileSystem fs;
  private final RunLock lock;
  private final TableWriter writer;
  private final Duration interval;

  /**
   * Looks at nothing yet.
   *
   * @param lock of the run that publishes, so that none of the others lives
   * @param interval between two commits
   */
  Leftovers(
      SparkSession spark,
      OutputDirectory output,
      RunLock lock,
      TableWriter writer,
      Duration interval) {
    this.spark = spark;
    this.output = output;
    this.fs = output.fileSystem();
    this.lock = lock;
    this.writer = writer;
    this.interval = interval;
  }

  /**
   * Publishes them, the oldest run's first.
   *
   * @throws IllegalStateException if that cannot be done; they stay
   */
  void publish() throws IOException {
    for (String dead : output.runIds(RunRecord.STARTED)) {
      Path staging = output.staging(dead);
      if (!dead.equals(output.runId()) && fs.exists(staging)) {
        dropDamaged(staging);
        Optional<CommitTarget> target = CommitTarget.read(fs, staging);
        if (target.isPresent() && isFinished(staging)) {
          publish(dead, target.get());
        }
        output.deleteStaging(dead);
      }
    }
  }

  private void publish(String dead, CommitTarget target) {
    Commit commit = new Commit(spark, output, lock, writer, target);
    Committer commits = Committer.ofDead(spark, output, lock, commit, dead, interval);
    commits.rest();
    LOG.info(
        "Published what run {} had finished: {} masks, {} errors",
        dead,
        commits.tally().masks(),
        commits.tally().errors());
  }

  /** Whether this run leaves anything that the next one can publish. */
  static boolean isLeft(OutputDirectory output) throws IOException {
    Path staging = output.staging(output.runId());
    return !new StagedShards(output.fileSystem(), staging).finished().isEmpty();
  }

  private List<FileStatus> finished(Path staging) throws IOException {
    return new StagedShards(fs, staging).finished();
  }

  private boolean isFinished(Path staging) throws IOException {
    return !finished(staging).isEmpty();
  }

  /** A machine that lost its power may have left a shard with its name and without its end. */
  private void dropDamaged(Path staging) throws IOException {
    for (FileStatus shard : finished(staging)) {
      Optional<String> damage = ParquetFiles.damage(fs, shard);
      if (damage.isPresent()) {
        LOG.warn("{} is {}; its images are done again", shard.getPath(), damage.get());
        StrictFiles.delete(fs, shard.getPath());
      }
    }
  }
}
