package org.deeplabspark.model;

/** How a photograph is scaled; the two differ only where it shrinks. */
public enum ScaleFilter {
  /** Bilinear whose filter widens where it shrinks: Pillow. */
  ANTIALIASED,
  /** Bilinear between the four nearest pixels: OpenCV's and TensorFlow's default. */
  BILINEAR
}
