package org.deeplabspark.train;

import java.io.PrintStream;
import java.util.Locale;
import org.deeplabspark.train.TrainOptions.Schedule;

/** Where a training stands: how much is left, and the line that says so. */
final class TrainProgress {

  private static final double SMOOTHING = 0.85;
  private static final double TOLERANCE = 0.02;
  private static final double LINE_SECONDS = 10;

  private final PrintStream out;
  private final Schedule schedule;
  private final int planned;
  private final int cropsPerIteration;
  private final long started = System.nanoTime();
  private int iterations;
  private int announced;
  private double loss = Double.NaN;
  private double lastLine = Double.NEGATIVE_INFINITY;

  TrainProgress(PrintStream out, Schedule schedule, int planned, int cropsPerIteration) {
    this.out = out;
    this.schedule = schedule;
    this.planned = planned;
    this.iterations = planned;
    this.announced = planned;
    this.cropsPerIteration = cropsPerIteration;
  }

  /** Minibatches of each worker in the whole training; an estimate where time is the limit. */
  int iterations() {
    return iterations;
  }

  /** Running mean of the loss. */
  double loss() {
    return loss;
  }

  /**
   * Notes a round of minibatches.
   *
   * @param done minibatches of each worker so far
   * @return whether the length of the training has changed enough for the rate to follow it
   */
  boolean passed(int done, double epochs, double score) {
    loss = Double.isNaN(loss) ? score : SMOOTHING * loss + (1 - SMOOTHING) * score;
    double seconds = (System.nanoTime() - started) / 1e9;
    double possible = schedule.minutes() * 60 / seconds * done;
    iterations = Math.max(done, (int) Math.min(planned, possible));
    double left = seconds / done * (iterations - done);
    if (seconds - lastLine >= LINE_SECONDS || iterations == done) {
      lastLine = seconds;
      out.printf(
          Locale.ROOT,
          "step %d/%d  epoch %.1f  loss %.4f  rate %.5f  %.1f images/s  %s left%n",
          done,
          iterations,
          epochs,
          loss,
          schedule.rate() * Math.pow(Math.max(0, 1 - (double) done / iterations), 0.9),
          (double) done * cropsPerIteration / seconds,
          clock(left));
    }
    if (Math.abs(iterations - announced) <= TOLERANCE * announced) {
      return false;
    }
    announced = iterations;
    return true;
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
