package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplabspark.testing.LabelFiles;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code validate} with good truths and with every kind of wrong ones. */
class ValidateTest {

  @TempDir Path dir;

  private Path truth;

  @BeforeEach
  void folders() throws IOException {
    SharedSpark.session();
    truth = Files.createDirectories(dir.resolve("truth"));
  }

  @Test
  void goodTruthIsValid() {
    assertThat(
            DeeplabTest.outputOf(
                ExitCode.DONE,
                "validate",
                "--input",
                SharedData.require("voc/JPEGImages").toString(),
                "--truth",
                SharedData.require("voc/SegmentationClass").toString(),
                "--dataset",
                "voc"))
        .contains("VALID: 16 photographs, 16 truths read, 0 kinds of errors", "absent class")
        .containsPattern("person +437534");
  }

  @Test
  void zeroAnd255IsFound() {
    assertThat(
            DeeplabTest.outputOf(
                ExitCode.GATE,
                "validate",
                "--input",
                SharedData.require("davis/image").toString(),
                "--truth",
                SharedData.require("davis/mask").toString(),
                "--dataset",
                "voc"))
        .contains("NOT VALID", "only 0 and 255", "class ids 0 and 255");
  }

  @Test
  void everyKindOfWrongTruthIsFoundInOneTable() throws IOException {
    Path photos = Files.createDirectories(dir.resolve("photos"));
    for (String name : List.of("alone", "colours", "large", "cut", "smooth", "good", "void")) {
      ImageIO.write(
          new BufferedImage(12, 4, BufferedImage.TYPE_INT_RGB),
          "png",
          photos.resolve(name + ".png").toFile());
    }
    Files.writeString(photos.resolve("text.jpg"), "no photo");
    int[] ramp = new int[48];
    int[] plain = new int[48];
    int[] blank = new int[48];
    for (int i = 0; i < 48; i++) {
      ramp[i] = i % 12 < 3 ? 0 : i % 12 > 8 ? 30 : 4 * (i % 12 - 2);
      plain[i] = i % 2;
      blank[i] = 255;
    }
    ImageIO.write(
        new BufferedImage(12, 4, BufferedImage.TYPE_INT_RGB),
        "png",
        truth.resolve("colours.png").toFile());
    LabelFiles.write(truth, "large", 2, 0, 1);
    LabelFiles.write(truth, "smooth", 12, ramp);
    LabelFiles.write(truth, "good", 12, plain);
    LabelFiles.write(truth, "void", 12, blank);
    LabelFiles.write(truth, "text", 12, plain);
    LabelFiles.write(truth, "nobody", 12, plain);
    byte[] whole = Files.readAllBytes(truth.resolve("good.png"));
    Files.write(truth.resolve("cut.png"), Arrays.copyOf(whole, whole.length - 20));

    String table =
        DeeplabTest.outputOf(
            ExitCode.GATE,
            "validate",
            "--input",
            photos.toString(),
            "--truth",
            truth.toString(),
            "--classes",
            "sky,tree,kite");

    assertThat(table.lines().filter(l -> l.startsWith("ERROR")))
        .satisfiesExactly(
            line -> assertThat(line).contains("no truth", " 1  alone"),
            line -> assertThat(line).contains("unreadable photo", " 1  text"),
            line -> assertThat(line).contains("unreadable mask", " 1  cut"),
            line -> assertThat(line).contains("colours, not ids", " 1  colours", "RGB"),
            line -> assertThat(line).contains("other size", "is 2 x 1, its photograph 12 x 4"),
            line ->
                assertThat(line).contains("unknown ids", "smooth", "[4, 8, 12, 16, 20, 24, 30]"),
            line -> assertThat(line).contains("anti-aliased", "smooth"));
    assertThat(table.lines().filter(l -> l.startsWith("warning")))
        .satisfiesExactly(
            line -> assertThat(line).contains("all void", " 1  void"),
            line -> assertThat(line).contains("no photo", " 1  nobody"),
            line -> assertThat(line).contains("absent class", "kite"));
    assertThat(table).contains("NOT VALID: 8 photographs, 6 truths read");
  }

  @Test
  void asManyExamplesAreNamedAsWereAskedFor() throws IOException {
    assertThat(Deeplab.run("scenes", "--output", dir.toString(), "--count", "4")).isZero();
    for (int image = 0; image < 3; image++) {
      Files.delete(dir.resolve("label/scene-0000" + image + ".png"));
    }
    String[] line = {
      "validate",
      "--input",
      dir.resolve("image").toString(),
      "--truth",
      dir.resolve("label").toString(),
      "--classes",
      "a,b,c,d,e,f,ghost,elf"
    };
    assertThat(DeeplabTest.outputOf(ExitCode.GATE, line))
        .contains("3  scene-00000: ", "  and 2 more; --examples N names N of each")
        .contains("4  b, f, ghost, elf: in no truth")
        .doesNotContain("scene-00001");
    String[] more = Arrays.copyOf(line, line.length + 1);
    more[line.length] = "--examples=5";
    assertThat(DeeplabTest.outputOf(ExitCode.GATE, more))
        .contains("scene-00000: ", "  scene-00001: ", "  scene-00002: ")
        .doesNotContain(" more;");
  }
}
