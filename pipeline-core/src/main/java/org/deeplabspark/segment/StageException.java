package org.deeplabspark.segment;

/** One image that could not be labelled: which stage failed, a code to group by, and why. */
public final class StageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Stage stage;
  private final String code;

  /**
   * An image that failed.
   *
   * @param stage where
   * @param code kebab case, one of a short list
   * @param message one line for people
   * @param cause what was thrown there
   */
  public StageException(Stage stage, String code, String message, Throwable cause) {
    super(message, cause);
    this.stage = stage;
    this.code = code;
  }

  /** Where it failed. */
  public Stage stage() {
    return stage;
  }

  /**
   * What failed: a code of {@link org.deeplabspark.image.MalformedImageException}, {@code
   * out-of-memory}, or {@code internal} for everything that should not happen.
   */
  public String code() {
    return code;
  }
}
