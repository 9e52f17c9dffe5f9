package org.deeplabspark.cli;

import picocli.CommandLine.Option;

/** What every command has. */
final class VerboseOption {

  // Read by Deeplab from the parse result, also where the rest of this command line is wrong.
  @SuppressWarnings("UnusedVariable")
  @Option(names = "--verbose", description = "Print the stack trace of a failure.")
  private boolean verbose;
}
