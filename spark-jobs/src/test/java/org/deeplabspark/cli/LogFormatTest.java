package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFormatTest {

  /** A process that logs an exception under the shipped configuration. */
  static final class Example {

    private Example() {}

    public static void main(String[] args) {
      Logger log = LoggerFactory.getLogger("org.deeplabspark.Example");
      log.warn("first", new IOException("disk full"));
      log.warn("second");
      log.warn(
          "Lost task 0.0: broken.parquet\n\tat A.b(A.java:1)\n\tat C.d(C.java:2)\nCaused by: e\n");
    }
  }

  @Test
  void lineAfterAnExceptionBeginsAtTheMargin() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Dlog4j2.configurationFile="
                    + SharedData.root().resolve("conf/log4j2.properties").toUri(),
                "-cp",
                System.getProperty("java.class.path"),
                Example.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said.replaceAll("\\d\\d:\\d\\d:\\d\\d", "T"))
        .matches(
            """
            T WARN Example: first
            java.io.IOException: disk full
            \tat [^\n]*
            T WARN Example: second
            T WARN Example: Lost task 0.0: broken.parquet
            """);
  }
}
