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
}
