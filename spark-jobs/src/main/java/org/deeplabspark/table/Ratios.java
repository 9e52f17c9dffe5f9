package org.deeplabspark.table;

/** Ratios in nullable columns and in JSON: undefined is NaN in memory and null there. */
public final class Ratios {

  private Ratios() {}

  /** The ratio; null for NaN. */
  public static Double orNull(double ratio) {
    return Double.isNaN(ratio) ? null : ratio;
  }

  /** The ratio; NaN for null. */
  public static double orNaN(Number ratio) {
    return ratio == null ? Double.NaN : ratio.doubleValue();
  }
}
