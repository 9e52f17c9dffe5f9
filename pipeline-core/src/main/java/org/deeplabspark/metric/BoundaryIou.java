package org.deeplabspark.metric;

import org.deeplabspark.image.LabelMask;

/**
 * Boundary IoU, class by class: the overlap of the rims of truth and prediction. A pixel is in its
 * class's rim if a square of 2 d + 1 pixels round it leaves the class or the image, as d erosions
 * by 3 x 3 find it; d is 2 % of the image's diagonal, rounded, and at least 1.
 *
 * <p>Pixels whose truth is void count nowhere; void ends an object of the truth as any other label
 * does. All classes are done in two passes over the image, whatever d.
 *
 * @see <a href="https://arxiv.org/abs/2103.16562">Cheng et al., Boundary IoU, CVPR 2021</a>
 */
public final class BoundaryIou {

  /** Distance as a share of the diagonal. */
  private static final double DILATION_RATIO = 0.02;

  private BoundaryIou() {}

  /** The rim's width for an image of this size, pixels. */
  public static int distance(int width, int height) {
    return (int) Math.max(1, Math.rint(DILATION_RATIO * Math.hypot(width, height)));
  }

  /**
   * Counts one image.
   *
   * @param truth labels below {@code classes}, or {@link LabelMask#VOID}
   * @param predicted of the same shape; labels of {@code classes} or more are none of the truth's
   */
  public static OverlapCounts of(int classes, LabelMask truth, LabelMask predicted) {
    int distance = distance(truth.width(), truth.height());
    boolean[] truthRim = rim(truth, distance);
    boolean[] predictedRim = rim(predicted, distance);
    OverlapCounts counts = new OverlapCounts(classes);
    for (int i = 0; i < truthRim.length; i++) {
      int t = truth.label(i);
      int p = predicted.label(i);
      if (t == LabelMask.VOID) {
        continue;
      }
      if (truthRim[i] && predictedRim[i] && t == p) {
        counts.add(t, 1, 1, 1);
        continue;
      }
      if (truthRim[i]) {
        counts.add(t, 0, 1, 0);
      }
      if (predictedRim[i] && p < classes) {
        counts.add(p, 0, 0, 1);
      }
    }
    return counts;
  }

  /** Whether each pixel's square holds another label or reaches beyond the image. */
  static boolean[] rim(LabelMask mask, int distance) {
    int width = mask.width();
    int height = mask.height();
    byte[] labels = mask.labels();
    boolean[] rim = new boolean[labels.length];
    // Along rows: whether the piece of a row around a pixel is of one label.
    for (int y = 0; y < height; y++) {
      int row = y * width;
      for (int start = 0; start < width; ) {
        int end = start + 1;
        while (end < width && labels[row + end] == labels[row + start]) {
          end++;
        }
        for (int x = start; x < end; x++) {
          rim[row + x] = x - start < distance || end - 1 - x < distance;
        }
        start = end;
      }
    }
    // Down columns: whether all rows of the square are, and of the same label.
    boolean[] column = new boolean[height];
    for (int x = 0; x < width; x++) {
      for (int start = 0; start < height; ) {
        int first = start * width + x;
        int end = start + 1;
        while (end < height
            && labels[end * width + x] == labels[first]
            && rim[end * width + x] == rim[first]) {
          end++;
        }
        for (int y = start; y < end; y++) {
          column[y] = rim[first] || y - start < distance || end - 1 - y < distance;
        }
        start = end;
      }
      for (int y = 0; y < height; y++) {
        rim[y * width + x] = column[y];
      }
    }
    return rim;
  }
}
