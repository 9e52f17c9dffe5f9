package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsTest {

  private static final String MODEL =
      SharedData.root().resolve("conf/models/compact-scenes").toString();

  @TempDir private Path dir;

  @Test
  void aSweepThatIsToldToEndSaysSoInOneLine() throws Exception {
    assertThat(
            terminated(
                "compact-scenes on cpu",
                "sweep-crf",
                "--model=" + MODEL,
                "--input=" + dir.resolve("image"),
                "--truth=" + dir.resolve("label"),
                "--output=" + dir.resolve("sweep"),
                "--grid=crf.bilateral.weight=3:60;crf.bilateral.xy-std=30:100:10"))
        .isEqualTo("deeplab sweep-crf: ended by a signal\n");
  }

  @Test
  void soDoesATraining() throws Exception {
    assertThat(
            terminated(
                "step ",
                "train",
                "--network=compact",
                "--input=" + dir.resolve("image"),
                "--truth=" + dir.resolve("label"),
                "--output=" + dir.resolve("model"),
                "--classes=a,b,c,d,e,f",
                "--crop=64",
                "--batch=1",
                "--epochs=1000000",
                "--averaging-frequency=1"))
        .isEqualTo(
            "deeplab train: ended by a signal; with --resume it goes on from the last checkpoint\n");
  }

  @Test
  void andARunOfSegment() throws Exception {
    assertThat(
            terminated(
                "images, 0 of them done",
                "segment",
                "--model=" + MODEL,
                "--input=" + dir.resolve("image"),
                "--output=" + dir.resolve("out"),
                "--set=crf.iterations=1000"))
        .isEqualTo(
            "deeplab segment: ended by a signal; the same command goes on from what is there\n");
  }

  /** What a process writes to standard error from the moment on that it is told to end. */
  private String terminated(String when, String... args) throws Exception {
    assertThat(Deeplab.run("scenes", "--output", dir.toString(), "--count", "6")).isZero();
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(arg -> arg.startsWith("--add-"))
        .forEach(line::add);
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Deeplab.class.getName()));
    line.addAll(List.of(args));
    Path log = dir.resolve("err.log");
    Process process =
        new ProcessBuilder(line)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(log.toFile())
            .start();
    try {
      while (process.isAlive() && !Files.readString(log).contains(when)) {
        Thread.sleep(50);
      }
      Thread.sleep(3000); // into the work
      int before = Files.readString(log).length();
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(143);
      // A line of progress or of the log may have been under way.
      return Files.readString(log).substring(before).replaceAll("(?m)^(step|\\d\\d:).*\\R", "");
    } finally {
      process.destroyForcibly();
    }
  }
}
