package org.deeplabspark.segment;

import org.deeplabspark.crf.CrfMemoryException;

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

  /**
   * What should not have happened, as the failure of the image that it happened to: other images
   * may still go well, and Spark would end an executor or a run for many an {@link Error}.
   *
   * @param thrown anything unchecked; a {@link ThreadDeath} is thrown on
   */
  @SuppressWarnings("removal") // ThreadDeath: no failure, but somebody's wish to end the thread
  public static StageException of(Stage stage, Throwable thrown) {
    if (thrown instanceof ThreadDeath death) {
      throw death;
    }
    // A large image asked for a large array. What it held is free again once this is thrown.
    String code = thrown instanceof OutOfMemoryError ? "out-of-memory" : "internal";
    return thrown instanceof CrfMemoryException
        ? new StageException(stage, "crf-memory", thrown.getMessage(), thrown)
        : new StageException(stage, code, oneLine(thrown), thrown);
  }

  private static String oneLine(Throwable e) {
    String type = e.getClass().getSimpleName();
    return e.getMessage() == null ? type : type + ": " + e.getMessage().replaceAll("\\s+", " ");
  }

  /** Where it failed. */
  public Stage stage() {
    return stage;
  }

  /**
   * What failed: a code of {@link org.deeplabspark.image.MalformedImageException}, {@code
   * out-of-memory}, {@code crf-memory}, or {@code internal} for everything that should not happen.
   */
  public String code() {
    return code;
  }
}
