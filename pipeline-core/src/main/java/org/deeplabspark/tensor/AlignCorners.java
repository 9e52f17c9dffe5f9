package org.deeplabspark.tensor;

/**
 * Which points two grids share when one is resampled to the other.
 *
 * <p>Networks are trained with one or the other; the wrong one shifts every boundary by up to half
 * a source pixel.
 */
public enum AlignCorners {
  /**
   * Centres of the corner pixels coincide: source = target * (in - 1) / (out - 1). Caffe's Interp,
   * TensorFlow's DeepLab, PyTorch's {@code align_corners=True}.
   */
  YES,
  /**
   * Outer edges coincide: source = (target + 0.5) * in / out - 0.5, held to the grid. PyTorch's
   * {@code align_corners=False}, TensorFlow's {@code half_pixel_centers}.
   */
  NO
}
