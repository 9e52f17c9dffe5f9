package org.deeplabspark.report;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.UsageException;

/**
 * What {@code report} is asked.
 *
 * @param run what the page is about; has masks
 * @param baseline the same images without CRF
 * @param truth what both are compared with
 * @param convention of the mean IoU
 * @param inputs where the photographs are; none: where the masks table says
 * @param output the page's file
 * @param pictures how many images of each kind
 */
public record ReportRequest(
    Run run,
    Run baseline,
    Optional<Truth> truth,
    MeanIou convention,
    List<String> inputs,
    String output,
    Pictures pictures) {

  /**
   * A run's masks and what {@code evaluate} wrote about them.
   *
   * @param masks output directory of {@code segment}, its {@code masks} table, or a folder of PNGs
   * @param metrics output of {@code evaluate}; where there is none and there is a truth, it is made
   */
  public record Run(Optional<String> masks, Optional<String> metrics) {

    /** Both are there. */
    public static Run of(String masks, String metrics) {
      return new Run(Optional.of(masks), Optional.of(metrics));
    }
  }

  /**
   * How many pictures a page carries.
   *
   * @param worst images of the lowest mean IoU, 0..100
   * @param random images that chance picked, 0..100
   * @param review images of the lowest mean winning marginal, and as many that the CRF changed
   *     most, 0..100
   * @param side longer side of a picture in pixels, 32..2048
   * @param seed of the random ones
   */
  public record Pictures(int worst, int random, int review, int side, long seed) {

    private static final int MOST = 100;

    /**
     * Checks the numbers.
     *
     * @throws UsageException if one is out of its range
     */
    public Pictures {
      require("--worst", worst, 0, MOST);
      require("--random", random, 0, MOST);
      require("--review", review, 0, MOST);
      require("--picture-size", side, 32, 2048);
    }

    private static void require(String option, int value, int min, int max) {
      if (value < min || value > max) {
        throw new UsageException(
            String.format("Invalid %s: must be %d..%d, got %d", option, min, max, value));
      }
    }
  }

  /**
   * Checks that what is given goes together.
   *
   * @throws UsageException if it does not
   */
  public ReportRequest {
    inputs = List.copyOf(inputs);
    if (baseline.metrics().isPresent() && run.metrics().isEmpty() && truth.isEmpty()) {
      throw new UsageException("Invalid --baseline-metrics: give --metrics or --truth too");
    }
  }

  /** Where the masks are that the page is about. */
  String predictions() {
    return run.masks().orElseThrow();
  }
}
