package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.deeplabspark.train.SceneTraining.CLASSES;
import static org.deeplabspark.train.SceneTraining.draw;
import static org.deeplabspark.train.SceneTraining.options;
import static org.deeplabspark.train.SceneTraining.spark;
import static org.deeplabspark.train.SceneTraining.tiny;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Encoders;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.train.TrainOptions.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainJobTest {

  private static final PassSettings DEFAULTS = PassSettings.of(Settings.reference());

  @Test
  void aShortTrainingBeatsAConstantAnswerOnScenesItDidNotSee(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 48, 21);
    draw(dir.resolve("unseen"), 8, 22);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    TrainResult result =
        new TrainJob(
                spark(),
                DEFAULTS,
                options(dir, new Schedule(6, 2, 0.04, 0.1, 0.9, 5e-4)),
                new PrintStream(lines, true, StandardCharsets.UTF_8))
            .run()
            .orElseThrow();
    String log = lines.toString(StandardCharsets.UTF_8);

    Matcher first = Pattern.compile("loss ([0-9.]+)").matcher(log);
    assertThat(first.find()).as(log).isTrue();
    assertThat(result.loss()).isLessThan(0.7 * Double.parseDouble(first.group(1)));
    assertThat(result.meanIou().orElseThrow())
        .as(log)
        .isGreaterThan(0.03 + constantMeanIou(dir.resolve("unseen/label")));
    Model model = Model.open(dir.resolve("model"), Optional.empty());
    assertThat(model.card().classes()).isEqualTo(CLASSES);
    try (var files = Files.list(dir.resolve("model"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("model.json", "model.onnx");
    }
  }

  @Test
  void anImageWithoutMaskStopsBeforeTheFirstStep(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 1, 22);
    Files.delete(dir.resolve("seen/label/scene-00001.png"));
    TrainJob job =
        new TrainJob(
            spark(), DEFAULTS, options(dir, new Schedule(1, 1, 0.1, 1, 0.9, 0)), System.out);
    assertThatThrownBy(job::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("1 images have no mask")
        .hasMessageContaining("scene-00001");
    assertThat(dir.resolve("model")).doesNotExist();
  }

  @Test
  void aDirectoryThatHoldsOtherFilesIsNoModel(@TempDir Path dir) throws Exception {
    Files.createDirectories(dir.resolve("model"));
    Files.writeString(dir.resolve("model/thesis.txt"), "years of work");
    TrainJob job =
        new TrainJob(
            spark(), DEFAULTS, options(dir, new Schedule(1, 1, 0.1, 1, 0.9, 0)), System.out);
    assertThatThrownBy(job::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("holds other files");
  }

  @Test
  void aTrainingThatWasCutOffEndsAsIfItHadNotBeen(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 3, 21);
    draw(dir.resolve("unseen"), 1, 22);
    TrainResult whole =
        new TrainJob(spark(), DEFAULTS, tiny(dir, "whole", false, false), System.out)
            .run()
            .orElseThrow();

    OutputStream cutOff =
        new OutputStream() {
          private int validations;

          @Override
          public void write(int letter) {
            throw new AssertionError("printed whole");
          }

          @Override
          public void write(byte[] bytes, int from, int count) {
            String text = new String(bytes, from, count, StandardCharsets.UTF_8);
            if (text.contains("validation") && ++validations == 2) {
              throw new IllegalStateException("cut off");
            }
          }
        };
    TrainJob interrupted =
        new TrainJob(
            spark(),
            DEFAULTS,
            tiny(dir, "parts", false, false),
            new PrintStream(cutOff, true, StandardCharsets.UTF_8));
    assertThatThrownBy(interrupted::run).hasMessage("cut off");

    TrainJob anew = new TrainJob(spark(), DEFAULTS, tiny(dir, "parts", false, false), System.out);
    assertThatThrownBy(anew::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("holds an interrupted training; go on with --resume");

    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    TrainResult resumed =
        new TrainJob(
                spark(),
                DEFAULTS,
                tiny(dir, "parts", true, false),
                new PrintStream(lines, true, StandardCharsets.UTF_8))
            .run()
            .orElseThrow();
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("going on after step 2 of the checkpoint");
    assertThat(resumed).isEqualTo(whole);
    assertThat(dir.resolve("parts/model.onnx"))
        .hasSameBinaryContentAs(dir.resolve("whole/model.onnx"));
    for (String model : List.of("whole", "parts")) {
      assertThat(
              SharedSpark.session()
                  .read()
                  .parquet(dir.resolve(model + "-training/curve").toString())
                  .orderBy("step")
                  .select("step")
                  .as(Encoders.INT())
                  .collectAsList())
          .containsExactly(2, 4, 6);
    }
  }

  @Test
  void badSamplesAreNamedBeforeTheFirstStepOrLeftOut(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 4, 21);
    draw(dir.resolve("unseen"), 1, 22);
    Path label = dir.resolve("seen/label");
    Files.write(
        label.resolve("scene-00001.png"),
        PngMaskCodec.encode(new LabelMask(2, 2, new byte[4]), Palette.voc()));
    byte[] ids = PngMaskCodec.decode(Files.readAllBytes(label.resolve("scene-00002.png"))).labels();
    ids[7] = 77;
    LabelMask whole = PngMaskCodec.decode(Files.readAllBytes(label.resolve("scene-00002.png")));
    Files.write(
        label.resolve("scene-00002.png"),
        PngMaskCodec.encode(new LabelMask(whole.width(), whole.height(), ids), Palette.voc()));

    // What Hadoop put beside the files it wrote holds no longer.
    Files.delete(label.resolve(".scene-00001.png.crc"));
    Files.delete(label.resolve(".scene-00002.png.crc"));

    TrainJob job = new TrainJob(spark(), DEFAULTS, tiny(dir, "model", false, false), System.out);
    assertThatThrownBy(job::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("2 of 4 images cannot be trained on (--skip-bad leaves them out)")
        .hasMessageContaining("scene-00001.png has 2 x 2 pixels")
        .hasMessageContaining(
            "scene-00002.png: the id 77 (column 7, row 0) is neither a class nor void");
    assertThat(dir.resolve("model")).doesNotExist();

    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    new TrainJob(
            spark(),
            DEFAULTS,
            tiny(dir, "model", false, true),
            new PrintStream(lines, true, StandardCharsets.UTF_8))
        .run();
    assertThat(lines.toString(StandardCharsets.UTF_8)).contains("2 of 4 images left out");
    assertThat(dir.resolve("model/model.onnx")).isRegularFile();
  }

  @Test
  void aValidationImageThatCannotBeCountedIsLeftOutAndSaid(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 2, 22);
    Path truth = dir.resolve("unseen/label/scene-00001.png");
    Files.delete(dir.resolve("unseen/label/.scene-00001.png.crc"));
    Files.writeString(truth, "no mask");
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    TrainResult result =
        new TrainJob(
                spark(),
                DEFAULTS,
                tiny(dir, "model", false, false),
                new PrintStream(lines, true, StandardCharsets.UTF_8))
            .run()
            .orElseThrow();

    assertThat(result.meanIou()).isPresent();
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("1 of 2 validation images left out: Cannot use file:" + truth + ": ");

    Files.delete(dir.resolve("unseen/image/scene-00000.png"));
    TrainJob nothingLeft =
        new TrainJob(spark(), DEFAULTS, tiny(dir, "other", false, false), System.out);
    assertThatThrownBy(nothingLeft::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("scene-00001.png");
  }

  /** What answering the background everywhere is worth. */
  private static double constantMeanIou(Path labels) throws Exception {
    ConfusionMatrix counts = ConfusionMatrix.empty(CLASSES.size());
    try (var files = Files.list(labels)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".png")).toList()) {
        LabelMask truth = PngMaskCodec.decode(Files.readAllBytes(file));
        LabelMask constant = new LabelMask(truth.width(), truth.height(), new byte[truth.pixels()]);
        counts = counts.plus(ConfusionMatrix.of(CLASSES.size(), truth, constant));
      }
    }
    return counts.meanIou(MeanIou.PRESENT);
  }
}
