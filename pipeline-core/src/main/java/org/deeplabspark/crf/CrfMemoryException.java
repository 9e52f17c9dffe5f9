package org.deeplabspark.crf;

/** Thrown for an image whose CRF does not fit the memory budget. */
public final class CrfMemoryException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  CrfMemoryException(int width, int height, int labels, long neededBytes, long budgetBytes) {
    super(
        String.format(
            "Invalid image for the CRF: %d x %d with %d labels needs %d MB of workspace, got a budget of %d MB;"
                + " give the executor more memory, or leave the CRF out (--crf off)",
            width, height, labels, neededBytes >> 20, budgetBytes >> 20));
  }

  /**
   * An image that does not fit a device.
   *
   * @param reason in one line, with the figures
   */
  public CrfMemoryException(int width, int height, String reason) {
    super(
        String.format(
            "Invalid image for the CRF: %d x %d: %s; raise crf.device-memory-mib, or let the cores do it"
                + " (crf.device = auto or cpu)",
            width, height, reason));
  }
}
