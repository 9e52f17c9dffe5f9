package org.deeplabspark.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplabspark.image.LabelMask;

/**
 * Overlap within a narrow band round the borders of the truth, for every width of the band at once.
 *
 * <p>VOC's truth has a void border round each object; a band of width w is what a square of 2 w + 1
 * pixels reaches from there (Kraehenbuehl and Koltun 2011; Chen et al., DeepLab). Where the truth
 * has no void, the band is every pixel within w of a pixel of another class, in the chessboard's
 * distance as well. Pixels that are void count nowhere.
 *
 * @see <a href="https://doi.org/10.1109/TPAMI.2017.2699184">Chen et al., TPAMI 2018, figure 8</a>
 */
public final class Trimap {

  /** Where bands begin. */
  public enum Border {
    /** At void where an image's truth has any, between classes elsewhere. */
    AUTO,
    /** At void; a truth without void has no band. */
    VOID,
    /** Between classes, void among them. */
    CLASSES
  }

  /** Widest band, pixels. */
  public static final int MAX_WIDTH = 40;

  private Trimap() {}

  /**
   * Counts one image ring by ring.
   *
   * @param truth labels below {@code classes}, or {@link LabelMask#VOID}
   * @param predicted of the same shape; labels of {@code classes} or more are none of the truth's
   * @return element w - 1 holds the pixels at distance w; the band of width w is the sum of the
   *     first w
   */
  public static List<OverlapCounts> rings(
      int classes, LabelMask truth, LabelMask predicted, Border border) {
    List<OverlapCounts> rings = new ArrayList<>();
    for (int width = 1; width <= MAX_WIDTH; width++) {
      rings.add(new OverlapCounts(classes));
    }
    byte[] labels = truth.labels();
    boolean atVoid = border == Border.VOID || (border == Border.AUTO && hasVoid(labels));
    int[] distances = new int[labels.length];
    Arrays.fill(distances, ChessboardDistance.NOWHERE);
    for (int i = 0; i < labels.length; i++) {
      if (atVoid ? truth.label(i) == LabelMask.VOID : touchesOther(truth, i)) {
        distances[i] = 0;
      }
    }
    ChessboardDistance.transform(distances, truth.width());
    // A pixel beside another class is at distance 1 from it.
    int beside = atVoid ? 0 : 1;
    for (int i = 0; i < labels.length; i++) {
      int distance = distances[i] + beside;
      if (truth.label(i) != LabelMask.VOID && distance <= MAX_WIDTH) {
        rings.get(distance - 1).addPixel(truth.label(i), predicted.label(i));
      }
    }
    return rings;
  }

  private static boolean hasVoid(byte[] labels) {
    for (byte label : labels) {
      if ((label & 0xff) == LabelMask.VOID) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of the eight neighbours has another label. */
  private static boolean touchesOther(LabelMask mask, int pixel) {
    int width = mask.width();
    int x = pixel % width;
    int y = pixel / width;
    byte[] labels = mask.labels();
    for (int ny = Math.max(0, y - 1); ny <= Math.min(mask.height() - 1, y + 1); ny++) {
      for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        if (labels[ny * width + nx] != labels[pixel]) {
          return true;
        }
      }
    }
    return false;
  }
}
