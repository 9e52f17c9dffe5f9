package org.deeplabspark.source;

/**
 * A file that cannot be read. The code is one of a short list, to group by: {@code not-found},
 * {@code not-a-file}, {@code permission-denied}, {@code invalid-path}, {@code scheme-not-allowed},
 * {@code no-file-system}, {@code no-content}, {@code too-large}, {@code too-slow}, {@code
 * out-of-memory}, {@code io-error}.
 */
public final class ReadFailure extends Exception {

  /** Code of a file that is not there. */
  public static final String NOT_FOUND = "not-found";

  private static final long serialVersionUID = 1L;

  private final String code;

  /** A failure with a code and a message of one line that names the file. */
  public ReadFailure(String code, String message) {
    this(code, message, null);
  }

  ReadFailure(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What is wrong, in kebab case. */
  public String code() {
    return code;
  }
}
