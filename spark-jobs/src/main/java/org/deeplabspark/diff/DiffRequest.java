package org.deeplabspark.diff;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.UsageException;

/**
 * What {@code diff} is asked.
 *
 * @param before output directory of {@code segment}, its {@code masks} table, or a folder of PNGs
 * @param after the same for the other run
 * @param truth what both are compared with; none: labels are compared with each other only
 * @param classNames of masks that bring no names, where no data set has them; empty: not known
 * @param convention of the mean IoU
 * @param maxChanged share of pixels above which the gate does not hold, 0..1; none: no gate
 * @param output directory of the tables; none: only the console
 */
public record DiffRequest(
    String before,
    String after,
    Optional<Truth> truth,
    List<String> classNames,
    MeanIou convention,
    OptionalDouble maxChanged,
    Optional<String> output) {

  /**
   * Checks the gate.
   *
   * @throws UsageException if it is out of its range
   */
  public DiffRequest {
    if (maxChanged.isPresent()
        && !(maxChanged.getAsDouble() >= 0 && maxChanged.getAsDouble() <= 1)) {
      throw new UsageException(
          "Invalid --max-changed: must be in 0..1, got " + maxChanged.getAsDouble());
    }
  }
}
