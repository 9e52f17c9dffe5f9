package org.deeplabspark.executor;

/** A file that cannot be read. */
final class ReadFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  ReadFailure(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Short kebab-case name of the failure. */
  String code() {
    return code;
  }
}
