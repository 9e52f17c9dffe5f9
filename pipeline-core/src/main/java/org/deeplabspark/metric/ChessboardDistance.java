package org.deeplabspark.metric;

/**
 * Exact chessboard distances, max(|dx|, |dy|), to the nearest pixel of a set, in two passes over
 * the image whatever the distances.
 *
 * @see <a href="https://doi.org/10.1145/321356.321357">Rosenfeld and Pfaltz, J. ACM 1966</a>
 */
final class ChessboardDistance {

  /** Farther than any pixel of any image. */
  static final int NOWHERE = 1 << 29;

  private ChessboardDistance() {}

  /**
   * Replaces, in place, zeros (pixels of the set) and {@link #NOWHERE} (all others) by distances;
   * without any pixel of the set all stay {@code NOWHERE} or beyond.
   *
   * @param distances [height][width]
   */
  static void transform(int[] distances, int width) {
    int height = distances.length / width;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        int best = distances[at];
        if (best == 0) {
          continue;
        }
        if (x > 0) {
          best = Math.min(best, distances[at - 1] + 1);
        }
        distances[at] = y > 0 ? nearer(best, distances, at - width, x, width) : best;
      }
    }
    for (int y = height - 1; y >= 0; y--) {
      for (int x = width - 1; x >= 0; x--) {
        int at = y * width + x;
        int best = distances[at];
        if (best == 0) {
          continue;
        }
        if (x < width - 1) {
          best = Math.min(best, distances[at + 1] + 1);
        }
        distances[at] = y < height - 1 ? nearer(best, distances, at + width, x, width) : best;
      }
    }
  }

  /** The least of a distance and one step from the three neighbours in another row. */
  private static int nearer(int best, int[] distances, int other, int x, int width) {
    int least = distances[other];
    if (x > 0) {
      least = Math.min(least, distances[other - 1]);
    }
    if (x < width - 1) {
      least = Math.min(least, distances[other + 1]);
    }
    return Math.min(best, least + 1);
  }
}
