package org.deeplabspark.engine.dl4j;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The poly policy of DeepLab: base (1 - iteration / iterations)^0.9, never below a hundredth of the
 * base.
 */
public final class PolySchedule implements ISchedule {

  private static final long serialVersionUID = 1L;
  private static final double POWER = 0.9;
  private static final double FLOOR = 0.01;

  @JsonProperty private final double base;
  @JsonProperty private final int iterations;

  PolySchedule(@JsonProperty("base") double base, @JsonProperty("iterations") int iterations) {
    if (!(base > 0) || iterations < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid poly policy: base must be positive and iterations at least 1, got %s and %d",
              base, iterations));
    }
    this.base = base;
    this.iterations = iterations;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return rate(base, iteration, iterations);
  }

  /**
   * The rate of a minibatch.
   *
   * @param base rate of the first
   * @param iteration number of the minibatch, from 0
   * @param iterations minibatches of the whole training, at least 1
   */
  public static double rate(double base, int iteration, int iterations) {
    double left = Math.max(0, 1 - (double) iteration / iterations);
    return base * Math.max(FLOOR, Math.pow(left, POWER));
  }

  @Override
  public ISchedule clone() {
    return new PolySchedule(base, iterations);
  }
}
