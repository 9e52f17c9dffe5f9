package org.deeplabspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** ONNX Runtime must not end a JVM that was started as Spark starts its executors. */
class LongCommandLineTest {

  @Test
  void aLongCommandLineDoesNotOverflowTheStack() throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlong=" + "x".repeat(50_000),
            OpenAndClose.class.getName());
    java.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = java.redirectError(ProcessBuilder.Redirect.DISCARD).start();

    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).isEqualTo("opened on cpu");
  }
}
