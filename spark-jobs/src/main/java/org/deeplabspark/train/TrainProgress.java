package org.deeplabspark.train;

import java.io.PrintStream;
import java.util.Locale;
import org.deeplabspark.engine.dl4j.PolySchedule;
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
  private final long started;
  private final int doneBefore;
  private final double secondsBefore;
  private Throughput sinceLine = new Throughput();
  private int done;
  private double epochs;
  private int iterations;
  private int announced;
  private double loss = Double.NaN;
  private double penalty = Double.NaN;
  private double rate = Double.NaN;
  private double imagesPerSecond = Double.NaN;
  private long roundStarted;
  private double lastLine = Double.NEGATIVE_INFINITY;

  /** Crops and the time that they took, without that of validations and checkpoints. */
  private static final class Throughput {
    private long crops;
    private double seconds;

    private void add(long moreCrops, double moreSeconds) {
      crops += moreCrops;
      seconds += moreSeconds;
    }

    private double rate() {
      return crops / seconds;
    }
  }

  TrainProgress(PrintStream out, Schedule schedule, int planned, int cropsPerIteration) {
    this(out, schedule, planned, cropsPerIteration, 0, 0, Double.NaN);
  }

  /** A training that goes on after {@code done} minibatches of each worker. */
  TrainProgress(
      PrintStream out,
      Schedule schedule,
      int planned,
      int cropsPerIteration,
      int done,
      double seconds,
      double loss) {
    this.out = out;
    this.schedule = schedule;
    this.planned = planned;
    this.cropsPerIteration = cropsPerIteration;
    this.started = System.nanoTime();
    this.doneBefore = done;
    this.secondsBefore = seconds;
    this.done = done;
    this.iterations = Math.max(done, planned);
    this.announced = planned;
    this.loss = loss;
  }

  /** Minibatches of each worker in the whole training; an estimate where time is the limit. */
  int iterations() {
    return iterations;
  }

  /** Minibatches of each worker so far. */
  int done() {
    return done;
  }

  /** Times that each image was seen so far. */
  double epochs() {
    return epochs;
  }

  /** Running mean of the cross-entropy, itself a mean over the positions that are not void. */
  double loss() {
    return loss;
  }

  /** Spent so far, before an interruption too. */
  double seconds() {
    return secondsBefore + (System.nanoTime() - started) / 1e9;
  }

  /** L2 penalty of the weights after the last round; the loss does not have it. */
  double penalty() {
    return penalty;
  }

  /** Learning rate that the last minibatch was learnt at. */
  double rate() {
    return rate;
  }

  /** Crops a second of all workers in the last round. */
  double imagesPerSecond() {
    return imagesPerSecond;
  }

  /** Notes that a round of minibatches begins. */
  void begin() {
    roundStarted = System.nanoTime();
  }

  /**
   * Notes a round of minibatches.
   *
   * @param newDone minibatches of each worker so far
   * @return whether the length of the training has changed enough for the rate to follow it
   */
  boolean update(int newDone, double newEpochs, double score, double newPenalty) {
    double roundSeconds = (System.nanoTime() - roundStarted) / 1e9;
    long crops = (long) (newDone - done) * cropsPerIteration;
    imagesPerSecond = crops / roundSeconds;
    sinceLine.add(crops, roundSeconds);
    done = newDone;
    epochs = newEpochs;
    penalty = newPenalty;
    // The workers' schedule is of the length that was announced to them.
    rate = PolySchedule.rate(schedule.rate(), done - 1, announced);
    loss = Double.isNaN(loss) ? score : SMOOTHING * loss + (1 - SMOOTHING) * score;
    double perIteration = (seconds() - secondsBefore) / (done - doneBefore);
    double possible = done + (schedule.minutes() * 60 - seconds()) / perIteration;
    iterations = Math.max(done, (int) Math.min(planned, possible));
    if (Math.abs(iterations - announced) <= TOLERANCE * announced) {
      return false;
    }
    announced = iterations;
    return true;
  }

  /** Prints a line where it is time for one. */
  void print() {
    double seconds = seconds();
    if (seconds - lastLine < LINE_SECONDS && iterations != done) {
      return;
    }
    lastLine = seconds;
    double left = (seconds - secondsBefore) / (done - doneBefore) * (iterations - done);
    out.printf(
        Locale.ROOT,
        "step %d/%d  epoch %.1f  loss %.4f  penalty %.4f  rate %.5f  %.1f images/s  %s left%n",
        done,
        iterations,
        epochs,
        loss,
        penalty,
        rate,
        sinceLine.rate(),
        clock(left));
    sinceLine = new Throughput();
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
