package org.deeplabspark.pass;

import java.util.Locale;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.source.ReadFailure;

/**
 * Why an image has no result.
 *
 * @param stage that failed
 * @param code kebab case, to group by
 * @param message one line
 */
public record ImageFailure(Stage stage, String code, String message) {

  private static final String OUT_OF_MEMORY = "out-of-memory";

  /**
   * What was thrown, as the failure of the image that was worked on.
   *
   * @param stage where nothing thrown says so itself
   * @param thrown anything; a {@link ThreadDeath} is thrown on
   */
  public static ImageFailure of(Stage stage, Throwable thrown) {
    if (thrown instanceof StageException e) {
      return new ImageFailure(e.stage(), e.code(), e.getMessage());
    }
    if (thrown instanceof ReadFailure e) {
      return new ImageFailure(Stage.READ, e.code(), e.getMessage());
    }
    if (thrown instanceof MalformedImageException e) {
      return new ImageFailure(stage, e.code(), e.getMessage());
    }
    return of(stage, StageException.of(stage, thrown));
  }

  /** The stage as tables name it. */
  public String stageName() {
    return stage.name().toLowerCase(Locale.ROOT);
  }

  boolean lacksMemory() {
    return code.equals(OUT_OF_MEMORY);
  }
}
