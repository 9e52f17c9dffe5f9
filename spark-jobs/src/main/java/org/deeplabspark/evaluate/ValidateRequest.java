package org.deeplabspark.evaluate;

import java.util.List;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;

/**
 * What {@code validate} is asked.
 *
 * @param inputs photographs, as {@code segment} takes them
 * @param filter which files are photographs
 * @param truth what is looked at
 * @param classNames of plain ids; empty: unknown
 * @param mostExamples images that are named for each kind of finding, 1 to 100,000
 */
public record ValidateRequest(
    List<String> inputs,
    InputFilter filter,
    Truth truth,
    List<String> classNames,
    int mostExamples) {

  private static final int MOST = 100_000;

  /**
   * Copies the lists.
   *
   * @throws UsageException if the number of examples is out of its range
   */
  public ValidateRequest {
    if (mostExamples < 1 || mostExamples > MOST) {
      throw new UsageException(
          String.format("Invalid --examples: must be 1 to %d, got %d", MOST, mostExamples));
    }
    inputs = List.copyOf(inputs);
    classNames = List.copyOf(classNames);
  }
}
