package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.NastyFolder;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NastyFolderTest {

  @TempDir static Path dir;

  private static Path input;
  private static Path output;

  @BeforeAll
  static void segment() throws IOException {
    SharedSpark.session();
    input = dir.resolve("photos #1, 100%25 照");
    output = dir.resolve("masks, #2 [x] 照");
    NastyFolder.write(input);
    String[] line = VocModel.segment("--input", input.toString(), "--output", output.toString());
    assertThat(Deeplab.run(line)).as("4 of 14 are bad").isEqualTo(ExitCode.TOO_MANY_BAD);
  }

  @Test
  void everyImageEndsInExactlyOneTable() {
    assertThat(Duck.maskDigests(output).keySet())
        .containsExactlyInAnyOrderElementsOf(NastyFolder.GOOD);
    assertThat(
            Duck.query("SELECT image_id FROM " + Duck.table(output, "errors")).stream()
                .flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(NastyFolder.BAD);
  }

  @Test
  void errorsSayStageCodeAndWhy() {
    TreeMap<String, String> codes = new TreeMap<>();
    for (List<String> row :
        Duck.query(
            "SELECT image_id, stage, code, message, content_digest FROM "
                + Duck.table(output, "errors"))) {
      codes.put(row.get(0), row.get(1) + " " + row.get(2));
      assertThat(row.get(3)).as("message of %s", row.get(0)).isNotBlank().doesNotContain("\n");
      assertThat(row.get(4)).hasSize(64);
    }
    assertThat(codes)
        .containsEntry("zero", "decode empty-file")
        .containsEntry("huge", "decode too-large")
        .containsEntry("truncated", "decode truncated")
        .containsEntry("text", "decode not-an-image");
  }

  @Test
  void pathColumnNamesTheFileAsItIs() {
    List<List<String>> rows =
        Duck.query(
            "SELECT path FROM " + Duck.table(output, "masks") + " WHERE image_id = 'percent%41'");
    assertThat(rows).containsExactly(List.of("file:" + input.toAbsolutePath() + "/percent%41.png"));
  }

  @Test
  void errorsAreNotTriedAgainUnlessALimitChanged() {
    String[] again = VocModel.segment("--input", input.toString(), "--output", output.toString());
    assertThat(Deeplab.run(again)).as("nothing to do is no failure").isEqualTo(ExitCode.DONE);
    assertThat(Duck.query("SELECT count(*) FROM " + Duck.table(output, "errors")))
        .containsExactly(List.of("4"));
  }

  @Test
  void listNamesFilesWithoutLookingAndMissingOnesAreErrors() throws IOException {
    Path list = dir.resolve("list.txt");
    java.nio.file.Files.writeString(
        list, input.getFileName() + "/percent%41.png\nnot here.png\n\n");
    Path out = dir.resolve("of-list");
    assertThat(
            Deeplab.run(
                VocModel.segment(
                    "--files-from",
                    list.toString(),
                    "--id-root",
                    dir.toString(),
                    "--output",
                    out.toString(),
                    "--crf",
                    "off",
                    "--max-bad-fraction",
                    "1")))
        .isEqualTo(ExitCode.DONE);
    assertThat(Duck.maskDigests(out)).containsOnlyKeys(input.getFileName() + "/percent%41");
    assertThat(
            Duck.query(
                "SELECT image_id, stage, code, content_digest FROM " + Duck.table(out, "errors")))
        .containsExactly(java.util.Arrays.asList("not here", "read", "not-found", null));
  }
}
