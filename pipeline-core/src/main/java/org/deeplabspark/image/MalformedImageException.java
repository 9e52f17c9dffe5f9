package org.deeplabspark.image;

/**
 * Content that is no readable image or label mask: the data's fault, never the caller's.
 *
 * <p>The message is one line. The code is one of a short, stable list, so that tables of bad images
 * can be grouped by it: {@code empty-file}, {@code not-an-image}, {@code unsupported-format},
 * {@code truncated}, {@code corrupt}, {@code too-large}, {@code too-slow}, {@code not-indexed},
 * {@code unknown-label}.
 */
public final class MalformedImageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /** A failure with a code such as {@code truncated} and a message of one line. */
  public MalformedImageException(String code, String message) {
    super(message);
    this.code = code;
  }

  MalformedImageException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What is wrong, in kebab case. */
  public String code() {
    return code;
  }
}
