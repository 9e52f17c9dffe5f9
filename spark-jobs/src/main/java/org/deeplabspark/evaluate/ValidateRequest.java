package org.deeplabspark.evaluate;

import java.util.List;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.settings.InputFilter;

/**
 * What {@code validate} is asked.
 *
 * @param inputs photographs, as {@code segment} takes them
 * @param filter which files are photographs
 * @param truth what is looked at
 * @param classNames of plain ids; empty: unknown
 */
public record ValidateRequest(
    List<String> inputs, InputFilter filter, Truth truth, List<String> classNames) {

  /** Copies the lists. */
  public ValidateRequest {
    inputs = List.copyOf(inputs);
    classNames = List.copyOf(classNames);
  }
}
