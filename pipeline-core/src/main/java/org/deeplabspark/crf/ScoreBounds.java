package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;

/**
 * Upper bounds of the probabilities of resampled scores, found on the small map.
 *
 * <p>Each pixel's scores are weighted means of those in a few cells of the map, so that for any
 * label m, ln p_l &lt;= s_l - s_m &lt;= the largest difference in those cells. Every label that is
 * the best of one of the cells is tried as m.
 */
public final class ScoreBounds {

  // Nats that rounding may add to a difference of resampled scores, generously.
  private static final float ROUNDING = 1e-3f;

  // A map is searched if it has this many times fewer cells than pixels.
  private static final int WORTHWHILE = 4;

  private final NetworkScores scores;
  private final int[] best; // [cell], null where nothing is bounded

  /** Bounds of these scores; of probabilities and of large maps there are none below 1. */
  public ScoreBounds(NetworkScores scores) {
    this.scores = scores;
    boolean small =
        (long) WORTHWHILE * scores.map().planeSize() <= (long) scores.width() * scores.height();
    best = small && scores.kind() == OutputKind.LOGITS ? scores.map().argMax() : null;
  }

  /**
   * Labels that may have more than a probability at some pixel.
   *
   * @param probability above 0
   * @return [label]
   */
  public boolean[] above(double probability) {
    boolean[] above = new boolean[scores.classes()];
    for (int row = 0; row < scores.map().height(); row++) {
      mark(row, probability, above);
    }
    return above;
  }

  /** Marks those at pixels that read a row of the map and rows below it, where a pixel may. */
  void mark(int row, double probability, boolean[] above) {
    if (best == null) {
      Arrays.fill(above, true);
      return;
    }
    if (row + scores.rows().taps() > scores.map().height()) {
      return;
    }
    float bound = (float) Math.log(probability) - ROUNDING;
    for (int column = 0; column + scores.columns().taps() <= scores.map().width(); column++) {
      for (int label = 0; label < above.length; label++) {
        above[label] = above[label] || largest(label, row, column) > bound;
      }
    }
  }

  /** Upper bound of ln p of a label at pixels that read the cells from this one on. */
  private float largest(int label, int row, int column) {
    int mapWidth = scores.map().width();
    float least = Float.POSITIVE_INFINITY;
    int last = -1;
    for (int y = row; y < row + scores.rows().taps(); y++) {
      for (int x = column; x < column + scores.columns().taps(); x++) {
        int other = best[y * mapWidth + x];
        if (other != last) {
          least = Math.min(least, largestDifference(label, other, row, column));
        }
        last = other;
      }
    }
    return least;
  }

  private float largestDifference(int label, int other, int row, int column) {
    int mapWidth = scores.map().width();
    int plane = scores.map().planeSize();
    float[] values = scores.map().values();
    float largest = Float.NEGATIVE_INFINITY;
    for (int y = row; y < row + scores.rows().taps(); y++) {
      for (int x = column; x < column + scores.columns().taps(); x++) {
        int cell = y * mapWidth + x;
        largest = Math.max(largest, values[label * plane + cell] - values[other * plane + cell]);
      }
    }
    return largest;
  }
}
