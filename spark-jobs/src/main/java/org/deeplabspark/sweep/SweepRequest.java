package org.deeplabspark.sweep;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.UsageException;

/**
 * What {@code sweep-crf} is asked.
 *
 * @param model directory or weights file
 * @param modelCard of a weights file
 * @param inputs directories, globs, files or one Parquet data set of photographs
 * @param truth found by image id; of the model's classes
 * @param grid as {@code KEY=VALUES;KEY=VALUES}
 * @param refinements finer grids round the best, 0 to 10
 * @param convention of the mean IoU that decides
 * @param output directory of the tables
 */
public record SweepRequest(
    String model,
    Optional<String> modelCard,
    List<String> inputs,
    Truth truth,
    String grid,
    int refinements,
    MeanIou convention,
    String output) {

  private static final int MOST_REFINEMENTS = 10;

  /**
   * Checks the number of refinements.
   *
   * @throws UsageException if it is out of range
   */
  public SweepRequest {
    inputs = List.copyOf(inputs);
    if (refinements < 0 || refinements > MOST_REFINEMENTS) {
      throw new UsageException(
          "Invalid --refine: must be 0.." + MOST_REFINEMENTS + ", got " + refinements);
    }
  }
}
