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
  void unknownOptionIsSaidBeforeAMissingOne() {
    assertThat(errorOf(2, "segment", "--modle", "x"))
        .contains("deeplab segment: Unknown option --modle; did you mean --model")
        .doesNotContain("Missing")
        .hasLineCount(1);
    // --input takes every word up to the next option that it knows.
    assertThat(errorOf(2, "segment", "--input", "photos", "--modle", "x", "--output", "out"))
        .contains("Unknown option --modle; did you mean --model")
        .hasLineCount(1);
    assertThat(errorOf(2, "model", "inspect", "--netwrok", "compact"))
        .contains("Unknown option --netwrok; did you mean --network?")
        .hasLineCount(1);
    assertThat(errorOf(2, "segment", "--model", "m", "--output", "out"))
        .contains("Missing", "--input")
        .hasLineCount(1);
    assertThat(errorOf(2, "model", "inspct")).contains("Unknown", "inspct").hasLineCount(1);
  }

  @Test
  void unknownOptionIsNoInputEvenWhereNothingIsMissing() {
    assertThat(
            errorOf(
                2,
                "segment",
                "--model",
                "m",
                "--output",
                "out",
                "--input",
                "photos",
                "--crff",
                "off"))
        .contains("Unknown option --crff; did you mean --crf", "./--crff")
        .hasLineCount(1);
  }

  @Test
  void numbersBelowZeroAreValues() {
    assertThat(errorOf(2, "validate", "--input", "nowhere", "--truth", "t", "--void", "-1"))
        .contains("nowhere")
        .hasLineCount(1);
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
