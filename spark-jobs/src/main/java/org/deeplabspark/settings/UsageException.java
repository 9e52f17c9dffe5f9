package org.deeplabspark.settings;

/**
 * Wrong usage or settings: the caller must change a command line or a file. The message is one line
 * that names the option or key and the fix; the command line ends with exit code 2 and has written
 * nothing.
 */
public final class UsageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** A message of one line. */
  public UsageException(String message) {
    super(message);
  }

  /** A message of one line with what led to it. */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
