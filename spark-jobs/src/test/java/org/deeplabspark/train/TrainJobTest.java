package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplabspark.demo.SceneClass;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.train.TrainOptions.Crops;
import org.deeplabspark.train.TrainOptions.Schedule;
import org.deeplabspark.train.TrainOptions.Validation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainJobTest {

  private static final List<ClassLabel> CLASSES =
      Arrays.stream(SceneClass.values()).map(c -> new ClassLabel(c.label(), c.color())).toList();

  @Test
  void aShortTrainingBeatsAConstantAnswerOnScenesItDidNotSee(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 48, 21);
    draw(dir.resolve("unseen"), 8, 22);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    TrainResult result =
        new TrainJob(
                spark(),
                options(dir, new Schedule(6, 2, 0.04, 0.1, 0.9, 5e-4)),
                new PrintStream(lines, true, StandardCharsets.UTF_8))
            .run();
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
        new TrainJob(spark(), options(dir, new Schedule(1, 1, 0.1, 1, 0.9, 0)), System.out);
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
        new TrainJob(spark(), options(dir, new Schedule(1, 1, 0.1, 1, 0.9, 0)), System.out);
    assertThatThrownBy(job::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("holds other files");
  }

  private static void draw(Path directory, int count, long seed) throws IOException {
    new SceneFolder(new Configuration(false), new org.apache.hadoop.fs.Path(directory.toUri()))
        .write(new SceneGenerator(seed), count);
  }

  private static JavaSparkContext spark() {
    return new JavaSparkContext(SharedSpark.session().sparkContext());
  }

  private static TrainOptions options(Path dir, Schedule schedule) {
    return new TrainOptions(
        "compact",
        CLASSES,
        LabelMask.VOID,
        dir.resolve("seen/image").toString(),
        dir.resolve("seen/label").toString(),
        dir.resolve("model").toString(),
        schedule,
        new Crops(4, 160, 0.75, 1.25),
        Optional.of(
            new Validation(
                dir.resolve("unseen/image").toString(), dir.resolve("unseen/label").toString())),
        10,
        2,
        4,
        1);
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
