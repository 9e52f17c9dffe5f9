package org.deeplabspark.device;

/** What compilers of kernels print. */
final class CompilerLog {

  private CompilerLog() {}

  /** The first line with an error; the first of all where none says so. */
  static String firstComplaint(String log) {
    return log.lines()
        .filter(line -> line.contains("error"))
        .findFirst()
        .or(() -> log.lines().filter(line -> !line.isBlank()).findFirst())
        .orElse("no reason given")
        .strip();
  }
}
