package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.deeplabspark.testing.NastyFolder;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {

  @TempDir Path dir;

  @Test
  void saysWhatSegmentWouldDoAndWritesNothing() throws IOException {
    SharedSpark.session();
    NastyFolder.write(dir.resolve("photos"));
    String said = said("plan", "--set", "crf.iterations=3");
    assertThat(said)
        .contains(
            "crf.iterations = 3",
            "found    14; 1 files of other names left out, 1 hidden files",
            "left out, 1 sub-directories not looked into",
            "to do    14\n",
            "a commit every 3 minutes",
            "CRF workspace",
            "executor driver on 127.0.0.1: cpu");
    assertThat(dir.resolve("out")).doesNotExist();

    said("segment", "--set", "crf.iterations=3", "--max-bad-fraction", "1");
    assertThat(said("plan", "--set", "crf.iterations=3")).contains("done     14\n", "to do    0\n");
    assertThat(said("plan", "--crf", "off")).contains("to do    14, 14 of them replace a row");
  }

  private String said(String command, String... more) throws IOException {
    String[] line = new String[7 + more.length];
    String model = SharedData.root().resolve("conf/models/compact-scenes").toString();
    System.arraycopy(
        new String[] {
          command,
          "--model",
          model,
          "--input",
          dir.resolve("photos").toString(),
          "--output",
          dir.resolve("out").toString()
        },
        0,
        line,
        0,
        7);
    System.arraycopy(more, 0, line, 7, more.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream console = System.out;
    try (PrintStream caught = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      System.setOut(caught);
      assertThat(Deeplab.run(line)).isEqualTo(ExitCode.DONE);
    } finally {
      System.setOut(console);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
