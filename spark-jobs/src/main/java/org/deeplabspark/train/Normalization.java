package org.deeplabspark.train;

/** From pixel values to what networks trained here read: about zero mean and unit deviation. */
final class Normalization {

  /** Subtracted from each channel; also fills what lies beyond an image. */
  static final double MEAN = 127.5;

  /** Factor after that: 1 / 64, the usual deviation of photographs. */
  static final double SCALE = 0.015625;

  private Normalization() {}

  static float of(double value) {
    return (float) ((value - MEAN) * SCALE);
  }
}
