package org.deeplabspark.crf;

import org.deeplabspark.tensor.NetworkScores;

/** Estimates the memory of a {@link DenseCrf} from an image's size. */
public final class CrfMemory {

  /**
   * Expected vertices a pixel of a bilateral kernel; photographs had 0.4 to 1.7. An image with more
   * of them is refused, if it does not fit, when its lattice is built.
   */
  static final double VERTICES_PER_PIXEL = 2;

  // Norm and response.
  private static final long FILTER_BYTES_PER_PIXEL = 2 * 4;
  private static final long ONES_BYTES_PER_PIXEL = 4;
  private static final long CORNER_BYTES = 8;
  private static final long ROW_BYTES_PER_PIXEL = 3 * CORNER_BYTES + 16;

  // Largest score, lower bound, and the network's own label.
  private static final long SCORE_BYTES_PER_PIXEL = 2 * 4 + 1;

  private CrfMemory() {}

  /**
   * Bytes for scores, beside the workspace: the network's map with its columns resampled, and what
   * is kept of each pixel. Without CRF they are an upper bound of what labels take.
   *
   * @param width of the photograph, at least 1
   * @param height of the photograph, at least 1
   * @param labels at least 1
   * @param mapHeight rows of the network's map, at least 1
   */
  public static long scoreBytes(int width, int height, int labels, int mapHeight) {
    return 4L * width * mapHeight * labels + SCORE_BYTES_PER_PIXEL * width * height;
  }

  static long scoreBytes(NetworkScores scores) {
    return scoreBytes(scores.width(), scores.height(), scores.classes(), scores.map().height());
  }

  /**
   * Bytes of workspace, an upper bound for photographs, without what labels start from: {@link
   * #scoreBytes}.
   *
   * @param width pixels, at least 1
   * @param height pixels, at least 1
   * @param labels at least 1
   * @param settings what to run with
   */
  public static long workspaceBytes(int width, int height, int labels, CrfSettings settings) {
    long pixels = (long) width * height;
    long bytes = tileBytes(pixels, labels, settings) + ONES_BYTES_PER_PIXEL * pixels;
    for (PairwiseKernel kernel : settings.kernels()) {
      bytes +=
          filterBytes(width, height, kernel, expectedVertices(pixels, kernel), labels, settings);
      if (!(kernel.compatibility() instanceof Compatibility.Potts)) {
        bytes += 2 * 4 * pixels * labels; // energies and messages of all labels
      }
    }
    return bytes;
  }

  private static long expectedVertices(long pixels, PairwiseKernel kernel) {
    return kernel instanceof PairwiseKernel.Gaussian
        ? 3 * pixels
        : (long) Math.ceil(VERTICES_PER_PIXEL * pixels);
  }

  /** Exponentials and energies of all labels, and a spare tile. */
  private static long tileBytes(long pixels, int labels, CrfSettings settings) {
    int widest = TileLayout.lanes(labels, TileLayout.WIDEST);
    long tiles = 0;
    for (int left = labels; left > 0; left -= TileLayout.lanes(left, TileLayout.WIDEST)) {
      tiles++;
    }
    // One thread streams in place; more need a spare, for which all tiles are as long as the
    // widest. Fewer labels may take a narrowest tile more.
    long lanes =
        settings.threads() == 1
            ? 2 * ((labels + 3L) / 4 * 4 + TileLayout.NARROWEST) + widest
            : (2 * tiles + 3) * widest;
    return 4 * pixels * (lanes + 4);
  }

  static long filterBytes(
      int width,
      int height,
      PairwiseKernel kernel,
      long vertices,
      int labels,
      CrfSettings settings) {
    long pixels = (long) width * height;
    long lanes = TileLayout.lanes(labels, TileLayout.WIDEST);
    long bytes = FILTER_BYTES_PER_PIXEL * pixels;
    if (kernel instanceof PairwiseKernel.Gaussian g && RowLattice.suits(g)) {
      // Rings of 4 times 16 rows; a row has a vertex every 1.73 deviations.
      long stride = (long) (width / (1.7 * g.xStd())) + 8;
      long rings = (4 * 16L + 1) * stride * lanes * 4;
      return bytes + ROW_BYTES_PER_PIXEL * pixels + rings * settings.threads();
    }
    long corners = kernel.deviations().size() + 1L;
    long links = 2 * (corners * 4 + 8); // more than lists grow by
    long chains = 2 * corners * 4;
    long table = 36 * Math.max(pixels, vertices);
    if (settings.threads() > 1) {
      // Each thread has a table and links for its band of rows.
      table += table + vertices * (links + 8);
    }
    return bytes
        + corners * CORNER_BYTES * pixels
        + vertices * (lanes * 4 + links + chains)
        + table;
  }

  /** As above, with the vertices that the built lattices have. */
  static long workspaceBytes(
      int width, int height, int labels, CrfSettings settings, Iterable<Filter> filters) {
    long bytes = workspaceBytes(width, height, labels, settings);
    long pixels = (long) width * height;
    for (Filter filter : filters) {
      PairwiseKernel kernel = filter.kernel();
      long expected = expectedVertices(pixels, kernel);
      long actual = Math.max(expected, filter.lattice().size());
      bytes +=
          filterBytes(width, height, kernel, actual, labels, settings)
              - filterBytes(width, height, kernel, expected, labels, settings);
    }
    return bytes;
  }
}
