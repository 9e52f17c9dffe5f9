package org.deeplabspark.model;

/**
 * How a photograph is scaled to a network's input. Both are bilinear where it grows; pixel values
 * are rounded to whole numbers.
 */
public enum ScaleFilter {
  /** Bilinear whose filter widens where it shrinks: Pillow. */
  ANTIALIASED,
  /** Bilinear between the four nearest pixels: OpenCV's and TensorFlow's default. */
  BILINEAR
}
