package org.deeplabspark.crf.device;

import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.PairwiseKernel;

/** Estimates what a {@link DeviceCrf} takes of its device's memory, from a batch's size. */
public final class DeviceMemory {

  /** Vertices a pixel of a bilateral kernel; photographs had 0.1 to 2.4. */
  private static final double BILATERAL_VERTICES = 2.5;

  /** The same of a gaussian kernel at a deviation of one pixel; photographs had 1.4 at most. */
  private static final double GAUSSIAN_VERTICES = 1.6;

  /** Vertices a pixel of a gaussian kernel of any deviation. */
  private static final double MOST_GAUSSIAN_VERTICES = 3;

  private static final long FIXED_BYTES = 1 << 20; // tables and counts

  private DeviceMemory() {}

  /**
   * Bytes on the device, an upper bound for photographs.
   *
   * @param pixels of all photographs of the batch, at least 1
   * @param labels at least 1
   * @param settings what to run with
   */
  public static long bytes(long pixels, int labels, CrfSettings settings) {
    long quadBytes = 16L * ((labels + 3) / 4);
    long bytes = FIXED_BYTES + pixels * (3 + 2 * 16 + 14 + 3 * quadBytes);
    long scratch = 0;
    for (PairwiseKernel kernel : settings.kernels()) {
      int corners = kernel.deviations().size() + 1;
      long entries = pixels * corners;
      long vertices = vertices(pixels, kernel);
      long links = vertices * corners;
      long chunks = vertices + entries / Kernels.CHUNK;
      // Weights, vertices, order, pixels and two scaled weights of each entry; neighbours and
      // chains.
      bytes += 24 * entries + 14 * links + 8 * vertices + 4 * chunks;
      // Keys, slots and their owners, numbers, order and what is sorted; values before and after a
      // blur, and sums of chunks.
      long building = 8 * entries + Math.max(20 * entries, 8 * links) + 25 * entries + 8 * vertices;
      scratch = Math.max(scratch, building + quadBytes * (2 * vertices + chunks));
    }
    return bytes + scratch;
  }

  private static long vertices(long pixels, PairwiseKernel kernel) {
    if (kernel instanceof PairwiseKernel.Gaussian gaussian) {
      double perPixel = GAUSSIAN_VERTICES / (gaussian.xStd() * gaussian.yStd());
      return (long) Math.ceil(Math.min(MOST_GAUSSIAN_VERTICES, perPixel) * pixels);
    }
    return (long) Math.ceil(BILATERAL_VERTICES * pixels);
  }
}
