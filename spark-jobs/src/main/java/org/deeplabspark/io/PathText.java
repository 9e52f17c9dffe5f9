package org.deeplabspark.io;

import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;

/** Paths as people write them. */
public final class PathText {

  /** A colon before the first slash is a scheme's only where a slash follows it. */
  private static final Pattern URI = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:/");

  private PathText() {}

  /**
   * A URI, or a name in which a colon means nothing.
   *
   * @throws UsageException if it is neither
   */
  public static Path parse(String text) {
    try {
      return URI.matcher(text).find() ? new Path(text) : new Path(null, null, text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid path: " + text + " (" + e.getMessage() + ")", e);
    }
  }
}
