package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeeplabTest {

  @Test
  void unknownCommandOrOptionIsOneLineAndExitCodeTwo() {
    assertThat(errorOf(2, "sgment"))
        .contains("Unknown command sgment", "segment", "evaluate", "demo")
        .hasLineCount(1);
    assertThat(errorOf(2, "--frobnicate")).contains("--frobnicate").hasLineCount(1);
    assertThat(errorOf(2)).contains("--help").hasLineCount(1);
  }

  @Test
  void helpAndVersionEndWithZero() {
    assertThat(errorOf(0, "--help")).isEmpty();
    assertThat(errorOf(0, "--version")).isEmpty();
  }

  /** Runs a command, checks its exit code and returns what it wrote to standard error. */
  static String errorOf(int exitCode, String... args) {
    PrintStream before = System.err;
    return said(exitCode, System::setErr, before, args);
  }

  /** The same for standard output. */
  static String outputOf(int exitCode, String... args) {
    PrintStream before = System.out;
    return said(exitCode, System::setOut, before, args);
  }

  private static String said(
      int exitCode, Consumer<PrintStream> redirect, PrintStream before, String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    redirect.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(Deeplab.run(args)).isEqualTo(exitCode);
    } finally {
      redirect.accept(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
