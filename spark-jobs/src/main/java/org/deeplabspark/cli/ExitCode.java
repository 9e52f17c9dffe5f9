package org.deeplabspark.cli;

/** What the process says to the shell. */
final class ExitCode {

  /** Done. */
  static final int DONE = 0;

  /** Failed. */
  static final int FAILED = 1;

  /** Wrong usage or settings; nothing was written. */
  static final int USAGE = 2;

  /** Done, with more bad images than allowed; the results are kept. */
  static final int TOO_MANY_BAD = 3;

  /** A gate did not hold. */
  static final int GATE = 4;

  private ExitCode() {}
}
