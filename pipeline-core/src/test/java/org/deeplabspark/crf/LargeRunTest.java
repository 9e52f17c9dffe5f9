package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** 150 labels at 1024 x 768 run in a JVM of 4 GB, scores and marginals included. */
class LargeRunTest {

  @Test
  void manyLabelsOnALargeImageRunInFourGigabytes() throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx3g",
            "--add-modules=jdk.incubator.vector",
            LargeScene.class.getName());
    java.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = java.redirectErrorStream(true).start();

    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("786432 pixels, each with 150 labels");
    assertThat(Long.parseLong(output.replaceAll("(?s).*peak (\\d+) MB.*", "$1"))).isLessThan(4096);
  }
}
