package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.deeplabspark.train.SceneTraining.COMPACT;
import static org.deeplabspark.train.SceneTraining.draw;
import static org.deeplabspark.train.SceneTraining.spark;
import static org.deeplabspark.train.SceneTraining.tiny;
import static org.deeplabspark.train.SceneTraining.with;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.deeplabspark.convert.ModelWeights;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.network.ParameterSpec;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.train.TrainOptions.Start;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rates that are too high, and what is left to go on from. */
final class DivergenceTest {

  private static final PassSettings DEFAULTS = PassSettings.of(Settings.reference());
  private static final double FREE = Double.POSITIVE_INFINITY;

  @TempDir Path dir;

  private static String run(TrainOptions options) throws Exception {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    new TrainJob(spark(), DEFAULTS, options, new PrintStream(lines, true, StandardCharsets.UTF_8))
        .run();
    return lines.toString(StandardCharsets.UTF_8);
  }

  /** A training that dies in its second validation, with a checkpoint of step 2. */
  private void interrupt(TrainOptions options) {
    OutputStream cutOff =
        new OutputStream() {
          private int validations;

          @Override
          public void write(int letter) {}

          @Override
          public void write(byte[] bytes, int from, int count) {
            String text = new String(bytes, from, count, StandardCharsets.UTF_8);
            if (text.contains("validation") && ++validations == 2) {
              throw new IllegalStateException("cut off");
            }
          }
        };
    TrainJob job =
        new TrainJob(
            spark(), DEFAULTS, options, new PrintStream(cutOff, true, StandardCharsets.UTF_8));
    assertThatThrownBy(job::run).hasMessage("cut off");
  }

  @Test
  void theLastCheckpointOutlivesADivergenceAndGoesOnAtAnotherRate() throws Exception {
    draw(dir.resolve("seen"), 3, 21);
    draw(dir.resolve("unseen"), 1, 22);
    interrupt(with(tiny(dir, "model", false, false), 0.04, FREE));
    byte[] model = Files.readAllBytes(dir.resolve("model/model.onnx"));
    byte[] checkpoint = Files.readAllBytes(dir.resolve("model-training/checkpoint"));

    TrainOptions resumed = tiny(dir, "model", true, false);
    assertThatThrownBy(() -> run(with(resumed, 1e6, FREE)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith("Training diverged by step 4 of 6 at a learning rate of ")
        .hasMessageContaining("go on from the checkpoint of step 2 by --resume with a lower");
    assertThat(dir.resolve("model/model.onnx")).hasBinaryContent(model);
    assertThat(dir.resolve("model-training/checkpoint")).hasBinaryContent(checkpoint);

    assertThat(run(with(resumed, 0.01, 5)))
        .contains(
            "going on after step 2 of the checkpoint; --learning-rate was 0.04 and is 0.01;"
                + " --clip-norm was Infinity and is 5.0")
        .contains("step 6/6");
    assertThat(dir.resolve("model-training/checkpoint")).doesNotExist();
  }

  @Test
  void aModelOfNoNumbersIsNoStart() throws Exception {
    draw(dir.resolve("seen"), 1, 21);
    draw(dir.resolve("unseen"), 1, 22);
    run(tiny(dir, "first", false, false));
    Model model = Model.open(dir.resolve("first"), Optional.empty());
    Checkpoint broken = ModelWeights.of(model);
    broken.values("stem1.norm.running_var")[3] = -1;
    byte[] onnx = OnnxExport.write(model.card().spec(), broken);
    Files.write(dir.resolve("first/model.onnx"), onnx);
    Path card = dir.resolve("first/model.json");
    Files.writeString(
        card, Files.readString(card).replace(model.card().weightsDigest(), Sha256.of(onnx)));
    Start start = new Start("compact", 8, Optional.of(dir.resolve("first").toString()), List.of());
    assertThatThrownBy(() -> run(tiny(dir, "second", start, false, false)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Invalid --from: ")
        .hasMessageContaining("stem1.norm.running_var has -1.0 at place 3");
  }

  @Test
  void theCurveSaysTheRateOfTheStepThatWasMade() throws Exception {
    draw(dir.resolve("seen"), 1, 21);
    draw(dir.resolve("unseen"), 1, 22);
    run(with(tiny(dir, "first", false, false), 0.01, FREE));
    Start start = new Start("compact", 8, Optional.of(dir.resolve("first").toString()), List.of());
    double limit = 0.125;
    TrainOptions step = with(tiny(dir, "second", start, false, false), 0.02, limit);
    run(
        new TrainOptions(
            step.start(),
            step.samples(),
            step.voidLabel(),
            step.output(),
            new TrainOptions.Schedule(1, FREE, 0.02, 1, 0, 0),
            step.crops(),
            step.classWeights(),
            step.validation(),
            step.everyMinutes(),
            1,
            1,
            step.seed(),
            step.skipBad(),
            step.checkpoints(),
            step.safeguards()));

    List<Row> curve =
        SharedSpark.session()
            .read()
            .parquet(dir.resolve("second-training/curve").toString())
            .collectAsList();
    assertThat(curve).hasSize(1);
    double rate = curve.get(0).getAs("learning_rate");
    assertThat(rate).isEqualTo(0.02);
    double loss = curve.get(0).getAs("loss");
    assertThat(loss).isBetween(0.1, 5.0);
    double penalty = curve.get(0).getAs("l2_penalty");
    assertThat(penalty).as("no decay, no penalty").isZero();
    assertThat(curve.get(0).<Double>getAs("images_per_second")).isPositive();
    double meanIou = curve.get(0).getAs("mean_iou");
    Map<String, Double> classes = curve.get(0).getJavaMap(curve.get(0).fieldIndex("class_iou"));
    assertThat(classes.keySet())
        .containsExactlyInAnyOrderElementsOf(
            SceneTraining.CLASSES.stream().map(ClassLabel::name).toList());
    double mean =
        classes.values().stream()
            .filter(Objects::nonNull)
            .mapToDouble(iou -> iou)
            .average()
            .orElse(0);
    assertThat(mean).isCloseTo(meanIou, within(1e-9));
    assertThat(stepLength()).isCloseTo(rate * limit, within(1e-3 * rate * limit));
  }

  /** How far the parameters that learn are from those of the first model. */
  private double stepLength() throws Exception {
    Checkpoint before = ModelWeights.of(Model.open(dir.resolve("first"), Optional.empty()));
    Checkpoint after = ModelWeights.of(Model.open(dir.resolve("second"), Optional.empty()));
    double squares = 0;
    for (ParameterSpec parameter : COMPACT.network(SceneTraining.CLASSES.size()).parameters()) {
      float[] values = before.values(parameter.name());
      for (int i = 0; !parameter.name().contains(".running_") && i < values.length; i++) {
        squares += Math.pow(after.values(parameter.name())[i] - values[i], 2);
      }
    }
    return Math.sqrt(squares);
  }
}
