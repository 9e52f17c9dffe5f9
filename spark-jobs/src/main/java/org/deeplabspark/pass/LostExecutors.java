package org.deeplabspark.pass;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.deeplabspark.io.StrictFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells on the driver which attempts ended with their executors: puts aside what those have noted
 * in a {@link CrashJournal}, as it is at that moment. An executor that is only thought dead and
 * goes on writing adds nothing to that.
 */
final class LostExecutors extends SparkListener {

  private static final Logger LOG = LoggerFactory.getLogger(LostExecutors.class);

  private final Configuration hadoop;
  private final Path directory;

  /**
   * Listens for a run.
   *
   * @param directory of the journals of the run
   */
  LostExecutors(Configuration hadoop, String directory) {
    this.hadoop = hadoop;
    this.directory = new Path(directory);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExecutorLostFailure lost) {
      Path journal = new Path(directory, Attempt.of(end).file());
      try {
        FileSystem fs = directory.getFileSystem(hadoop);
        if (!fs.exists(journal)) {
          return; // the first attempt of a task writes none
        }
        // An executor that was taken away, by dynamic allocation say, died of no image.
        if (lost.exitCausedByApp()) {
          StrictFiles.rename(fs, journal, journal.suffix(CrashJournal.LOST));
        } else {
          StrictFiles.delete(fs, journal);
        }
      } catch (Throwable e) { // a listener that throws may be dropped
        LOG.warn("{} does not count: {}", journal, e.toString());
      }
    }
  }
}
