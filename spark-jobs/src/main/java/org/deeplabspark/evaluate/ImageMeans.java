package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.MeanIou;

/**
 * Figures of each image, averaged over the images that have them. Sums are whole numbers of 2^-36,
 * so that the mean does not depend on the order of the images; 10^8 of them fit.
 */
public final class ImageMeans implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final double UNIT = 0x1p-36;

  private final EnumMap<MeanIou, Sum> meanIou = new EnumMap<>(MeanIou.class);
  private final Sum pixelAccuracy = new Sum();

  ImageMeans() {
    for (MeanIou convention : MeanIou.values()) {
      meanIou.put(convention, new Sum());
    }
  }

  /**
   * Adds one image.
   *
   * @param occurring overlaps of the classes in its truth or prediction
   * @param classes of the model
   */
  void add(List<ClassIou> occurring, int classes) {
    Figures figures = new Figures(occurring);
    for (Map.Entry<MeanIou, Sum> mean : meanIou.entrySet()) {
      double value = figures.meanIou(mean.getKey());
      // Classes that do not occur count 0 under this convention.
      boolean all = mean.getKey() == MeanIou.ALL && !occurring.isEmpty();
      mean.getValue().add(all ? value * occurring.size() / classes : value);
    }
    pixelAccuracy.add(figures.pixelAccuracy());
  }

  void addAll(ImageMeans other) {
    meanIou.forEach((convention, sum) -> sum.addAll(other.meanIou.get(convention)));
    pixelAccuracy.addAll(other.pixelAccuracy);
  }

  /** Mean over images of the mean IoU; NaN where no image has one. */
  public double meanIou(MeanIou convention) {
    return meanIou.get(convention).mean();
  }

  /** Mean over images of the pixel accuracy; NaN where no image has one. */
  public double pixelAccuracy() {
    return pixelAccuracy.mean();
  }

  private static final class Sum implements Serializable {

    private static final long serialVersionUID = 1L;

    private long units;
    private long images;

    void add(double value) {
      if (!Double.isNaN(value)) {
        units = Math.addExact(units, Math.round(value / UNIT));
        images++;
      }
    }

    void addAll(Sum other) {
      units = Math.addExact(units, other.units);
      images += other.images;
    }

    double mean() {
      return images == 0 ? Double.NaN : units * UNIT / images;
    }
  }
}
