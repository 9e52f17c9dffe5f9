package org.deeplabspark.metric;

/** Which classes a mean IoU averages over; tools disagree, so the name goes with every figure. */
public enum MeanIou {
  /** Classes with truth pixels: VOC's devkit, deeplab-pytorch, detectron2. The default. */
  PRESENT,
  /** Classes in truth or prediction: mmsegmentation, TensorFlow DeepLab. */
  UNION,
  /** Every class of the model; one in neither truth nor prediction counts 0. */
  ALL
}
