package org.deeplabspark.model;

/**
 * Weights that do not fit a network. The message is one line; {@link #report} has all of it.
 *
 * @see ImportReport
 */
public final class WeightsMismatch extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String report;

  WeightsMismatch(String message, String report) {
    super(message);
    this.report = report;
  }

  /** Lines: everything that is missing, of another shape or left over, and what can be done. */
  public String report() {
    return report;
  }
}
