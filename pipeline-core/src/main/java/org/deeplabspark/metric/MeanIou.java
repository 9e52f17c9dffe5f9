package org.deeplabspark.metric;

import java.util.List;

/** Which classes a mean IoU averages over; tools disagree, so the name goes with every figure. */
public enum MeanIou {
  /** Classes with truth pixels: VOC's devkit, deeplab-pytorch, detectron2. The default. */
  PRESENT,
  /** Classes in truth or prediction: mmsegmentation, TensorFlow DeepLab. */
  UNION,
  /** Every class of the model; one in neither truth nor prediction counts 0. */
  ALL;

  /**
   * Mean IoU in [0, 1] of one class list's overlaps; NaN where no class qualifies.
   *
   * @param overlaps one for each class of the model
   */
  public double mean(List<ClassIou> overlaps) {
    double sum = 0;
    int counted = 0;
    for (ClassIou overlap : overlaps) {
      if (this == ALL || (this == UNION ? overlap.union() : overlap.truthPixels()) > 0) {
        sum += overlap.union() == 0 ? 0 : overlap.iou();
        counted++;
      }
    }
    return counted == 0 ? Double.NaN : sum / counted;
  }
}
