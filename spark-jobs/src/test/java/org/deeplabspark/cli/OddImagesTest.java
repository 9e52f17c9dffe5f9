package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.OddImages;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that would end a run, or hold it up, beside images that are well. */
class OddImagesTest {

  @TempDir Path dir;

  @Test
  void eachIsItsRowAndTheOthersAreLabelled() throws IOException {
    SharedSpark.session();
    Path photos = dir.resolve("scenes/image");
    assertThat(run("scenes", "--count", "4", "--output", dir.resolve("scenes").toString()))
        .isEqualTo(ExitCode.DONE);
    write(photos, "arithmetic.jpg", OddImages.arithmeticJpeg());
    write(photos, "big.tif", OddImages.bigTiff());
    write(photos, "extraneous.jpg", OddImages.extraneousBytesJpeg());
    write(photos, "nested.tif", OddImages.nestedTiff(3000));
    write(photos, "phone.jpg", OddImages.trailingBytesJpeg());
    write(photos, "slow.jpg", OddImages.manyScans(2000, 1500, 5000));
    write(photos, "twelve.jpg", OddImages.twelveBitJpeg());

    Path output = dir.resolve("masks");
    assertThat(
            run(
                "segment",
                "--model",
                SharedData.root().resolve("conf/models/compact-scenes").toString(),
                "--input",
                photos.toString(),
                "--output",
                output.toString(),
                "--set",
                "image.max-seconds=1",
                "--crf",
                "off"))
        .isEqualTo(ExitCode.TOO_MANY_BAD);

    TreeMap<String, String> codes = new TreeMap<>();
    for (List<String> row :
        Duck.query("SELECT image_id, stage || ' ' || code FROM " + Duck.table(output, "errors"))) {
      codes.put(row.get(0), row.get(1));
    }
    assertThat(codes)
        .containsExactly(
            entry("arithmetic", "decode unsupported-format"),
            entry("big", "decode unsupported-format"),
            entry("extraneous", "decode corrupt"),
            entry("nested", "decode corrupt"),
            entry("slow", "decode too-slow"),
            entry("twelve", "decode unsupported-format"));
    assertThat(Duck.maskDigests(output).keySet())
        .containsExactlyInAnyOrder(
            "phone", "scene-00000", "scene-00001", "scene-00002", "scene-00003");
  }

  private static int run(String... line) {
    return Deeplab.run(line);
  }

  private static void write(Path folder, String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }
}
