package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs in which something is odd or broken. */
class DamagedOutputTest {

  private static final int IMAGES = 4;

  @TempDir Path dir;

  private Path images;
  private Path output;
  private Map<String, String> masks;

  @BeforeEach
  void firstRun() throws IOException {
    SharedSpark.session();
    output = dir.resolve("out");
    images = dir.resolve("scenes/image");
    assertThat(
            Deeplab.run(
                "scenes", "--output", dir.resolve("scenes").toString(), "--count", "" + IMAGES))
        .isEqualTo(ExitCode.DONE);
    assertThat(Deeplab.run(segment())).isEqualTo(ExitCode.DONE);
    masks = Duck.maskDigests(output);
    assertThat(masks).hasSize(IMAGES);
  }

  private String[] segment(String... more) {
    String[] line = {
      "segment",
      "--model",
      SharedData.root().resolve("conf/models/compact-scenes").toString(),
      "--input",
      images.toString(),
      "--output",
      output.toString(),
      "--crf",
      "off"
    };
    return Stream.concat(Arrays.stream(line), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void recordsThatAreNotNamedAsRunsDeleteNothing() throws IOException {
    Files.writeString(output.resolve("_runs/...started"), "{}");
    Files.writeString(output.resolve("_runs/.started"), "{}");
    Files.writeString(output.resolve("_runs/..json"), "{}");
    assertThat(Deeplab.run(segment())).isEqualTo(ExitCode.DONE);
    assertThat(Duck.maskDigests(output)).isEqualTo(masks);
  }

  @Test
  void tornRecordsEndNoLaterRun() throws IOException {
    Files.writeString(output.resolve("_runs/20260101T000000000Z-0001.json"), "{\"run_id\": \"2026");
    Files.writeString(output.resolve("_runs/20260101T000000000Z-0002.started"), "");
    Files.createDirectory(output.resolve("_runs/20260101T000000000Z-0003.json"));
    assertThat(DeeplabTest.outputOf(ExitCode.DONE, segment()))
        .contains(IMAGES + " images: 0 masks, 0 errors, " + IMAGES + " done already");
  }

  @Test
  void aLockThatIsADirectoryIsNamed() throws IOException {
    Files.createDirectory(output.resolve("_runs/_lock"));
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, segment()))
        .contains(output.resolve("_runs/_lock") + " is a directory and no lock; remove it");
  }

  @Test
  void aTornLockIsNamedAndAnOldOneIsTakenOver() throws IOException {
    Path lock = output.resolve("_runs/_lock");
    for (String torn : new String[] {"", "{\"run_id\":\"20260101T0"}) {
      Files.writeString(lock, torn);
      assertThat(DeeplabTest.errorOf(ExitCode.FAILED, segment()))
          .contains(lock + " is empty or damaged: remove it if no run is writing");
      Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
      assertThat(Deeplab.run(segment())).isEqualTo(ExitCode.DONE);
      assertThat(lock).doesNotExist();
    }
  }

  @Test
  void aTableThatIsAFileIsNamed() throws IOException {
    Path other = Files.createDirectory(dir.resolve("other"));
    Files.writeString(other.resolve("errors"), "no table");
    output = other;
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, segment()))
        .contains(other.resolve("errors") + " is not a directory; remove it");
  }

  @Test
  void aTruncatedTableFileIsNamedWithTheWayOut() throws IOException {
    Path file = parquet("masks");
    byte[] whole = Files.readAllBytes(file);
    for (byte[] damaged :
        new byte[][] {Arrays.copyOf(whole, whole.length / 2), Arrays.copyOf(whole, 6)}) {
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      Files.write(file, damaged);
      for (String[] command : new String[][] {segment(), evaluate(), diff(), report()}) {
        String said = DeeplabTest.errorOf(ExitCode.FAILED, command);
        if (!command[0].equals("segment")) {
          assertThat(said).hasLineCount(1);
        }
        assertThat(said.lines().reduce((a, b) -> b))
            .hasValueSatisfying(
                line ->
                    assertThat(line)
                        .contains(file + " is damaged")
                        .contains("remove it", "done again"));
      }
    }
    Files.delete(file);
    assertThat(Deeplab.run(segment())).isEqualTo(ExitCode.DONE);
    assertThat(Duck.maskDigests(output)).isEqualTo(masks);
  }

  @Test
  void aTableWithoutRowsOrWithoutAColumnIsRefused() throws IOException {
    Dataset<Row> table = SharedSpark.session().read().parquet(output.resolve("masks").toString());
    Path other = dir.resolve("other");
    table.limit(0).write().parquet(other.resolve("masks").toString());
    output = other;
    for (String[] command : new String[][] {evaluate(), diff(), report()}) {
      assertThat(DeeplabTest.errorOf(ExitCode.USAGE, command))
          .hasLineCount(1)
          .contains("there are no masks in", "other");
    }
    for (String column : List.of("image_id", "mask")) {
      output = dir.resolve("without " + column);
      table.drop(column).write().parquet(output.resolve("masks").toString());
      for (String[] command : new String[][] {evaluate(), diff(), report()}) {
        assertThat(DeeplabTest.errorOf(ExitCode.USAGE, command))
            .hasLineCount(1)
            .contains("without " + column + "/masks has no column " + column);
      }
    }
  }

  @Test
  void anEmptyTableFileCostsNothingButItsImages() throws IOException {
    Path file = parquet("masks");
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, new byte[0]);
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, evaluate()))
        .contains(file + " is damaged")
        .contains("remove it", "done again");
    Files.delete(file);
    assertThat(Deeplab.run(segment())).isEqualTo(ExitCode.DONE);
    assertThat(Duck.maskDigests(output)).isEqualTo(masks);
  }

  private String[] evaluate() {
    return new String[] {
      "evaluate",
      "--predictions",
      output.toString(),
      "--truth",
      dir.resolve("scenes/label").toString(),
      "--output",
      dir.resolve("metrics").toString()
    };
  }

  private String[] diff() {
    return new String[] {"diff", "--old", output.toString(), "--new", output.toString()};
  }

  private String[] report() {
    return new String[] {
      "report", "--predictions", output.toString(), "--output", dir.resolve("page.html").toString()
    };
  }

  private Path parquet(String table) throws IOException {
    try (Stream<Path> files = Files.walk(output.resolve(table))) {
      return files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  @Test
  void badImagesAreCountedOverTheWholeInput() throws IOException {
    Path scene = scene();
    for (int i = 0; i < 96; i++) {
      Files.copy(scene, images.resolve("copy" + i + ".png"));
    }
    assertThat(Deeplab.run(segment())).isEqualTo(ExitCode.DONE);
    for (int i = 0; i < 3; i++) {
      Files.writeString(images.resolve("broken" + i + ".png"), "no picture");
    }
    assertThat(Deeplab.run(segment())).as("3 of 103, all that is new").isEqualTo(ExitCode.DONE);
    for (int i = 3; i < 9; i++) {
      Files.writeString(images.resolve("broken" + i + ".png"), "no picture");
    }
    assertThat(Deeplab.run(segment())).as("6 of 109").isEqualTo(ExitCode.TOO_MANY_BAD);
  }

  private Path scene() throws IOException {
    try (Stream<Path> files = Files.list(images)) {
      return files.filter(f -> f.toString().endsWith(".png")).findFirst().orElseThrow();
    }
  }
}
