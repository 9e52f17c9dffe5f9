package org.deeplabspark.pass;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import scala.collection.Iterator;

/**
 * One line on standard error while a run works: images done, rate, time left, bad images. Counts
 * come from accumulators, finished tasks' and, by the executors' heartbeats, running ones'; they
 * are for the eye, the figures that are kept come from rows.
 */
final class ProgressLine extends SparkListener implements AutoCloseable {

  /** The launcher's word that standard error is a terminal; Java itself cannot tell. */
  private static final String TERMINAL = "deeplab.terminal";

  private static final long TERMINAL_PERIOD_MILLIS = 1000;
  private static final long LOG_PERIOD_MILLIS = 10_000;

  private final SparkSession spark;
  private final LongAccumulator done;
  private final LongAccumulator bad;
  private final long total;
  private final PrintStream out = System.err;
  private final boolean terminal;
  private final long started = System.nanoTime();
  private final Map<Long, long[]> running = new HashMap<>();
  private final Timer clock = new Timer("progress", true);
  private String last = "";

  /**
   * A line that is not printed yet.
   *
   * @param done images that ended
   * @param bad those of them that failed
   * @param total images there are
   */
  public ProgressLine(SparkSession spark, LongAccumulator done, LongAccumulator bad, long total) {
    this.spark = spark;
    this.done = done;
    this.bad = bad;
    this.total = total;
    this.terminal = Boolean.getBoolean(TERMINAL);
  }

  /**
   * Prints until it is closed. A terminal has one line that changes, a log a new line whenever
   * something did.
   */
  public ProgressLine start() {
    spark.sparkContext().addSparkListener(this);
    TimerTask print =
        new TimerTask() {
          @Override
          public void run() {
            print();
          }
        };
    long period = terminal ? TERMINAL_PERIOD_MILLIS : LOG_PERIOD_MILLIS;
    clock.scheduleAtFixedRate(print, period, period);
    return this;
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (var tasks = update.accumUpdates().iterator(); tasks.hasNext(); ) {
      var task = tasks.next();
      long[] counts = new long[2];
      for (Iterator<AccumulableInfo> infos = task._4().iterator(); infos.hasNext(); ) {
        AccumulableInfo info = infos.next();
        if (info.update().isDefined() && info.update().get() instanceof Long value) {
          counts[0] += info.id() == done.id() ? value : 0;
          counts[1] += info.id() == bad.id() ? value : 0;
        }
      }
      running.put((Long) task._1(), counts);
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
  }

  private synchronized void print() {
    long images = done.value();
    long failed = bad.value();
    for (long[] counts : running.values()) {
      images += counts[0];
      failed += counts[1];
    }
    String line =
        line(Math.min(images, total), total, failed, (System.nanoTime() - started) * 1e-9);
    if (!line.equals(last)) {
      out.print(terminal ? "\r" + line + "  " : line + System.lineSeparator());
      out.flush();
      last = line;
    }
  }

  /** The line itself. */
  static String line(long images, long total, long failed, double seconds) {
    if (images == 0) {
      return String.format("0 of %d images", total);
    }
    double rate = images / seconds;
    long left = Math.round((total - images) / rate);
    return String.format(
        Locale.ROOT,
        "%d of %d images, %.2f images/s, %d:%02d:%02d left, %d bad",
        images,
        total,
        rate,
        left / 3600,
        left / 60 % 60,
        left % 60,
        failed);
  }

  @Override
  public void close() {
    clock.cancel();
    spark.sparkContext().removeSparkListener(this);
    if (terminal && !last.isEmpty()) {
      out.println();
    }
  }
}
