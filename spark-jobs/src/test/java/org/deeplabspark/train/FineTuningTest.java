package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.deeplabspark.train.SceneTraining.CLASSES;
import static org.deeplabspark.train.SceneTraining.draw;
import static org.deeplabspark.train.SceneTraining.samples;
import static org.deeplabspark.train.SceneTraining.spark;
import static org.deeplabspark.train.SceneTraining.tiny;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.convert.ExportModel;
import org.deeplabspark.convert.ModelWeights;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.train.TrainOptions.Start;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that begin with the weights of another model. */
final class FineTuningTest {

  private static final PassSettings DEFAULTS = PassSettings.of(Settings.reference());

  @Test
  void aTrainingBeginsWithAnotherModelAndKeepsFrozenLayers(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 1, 22);
    new TrainJob(spark(), DEFAULTS, tiny(dir, "first", false, false), System.out).run();
    Checkpoint first = weights(dir.resolve("first"));
    List<ClassLabel> more = new ArrayList<>(CLASSES);
    more.add(new ClassLabel("ghost", "#ffffff"));
    Start frozen =
        new Start(
            "compact", 8, Optional.of(dir.resolve("first").toString()), List.of("stem*", "*.norm"));
    TrainOptions options = tiny(dir, "second", frozen, false, false);
    SampleSource seen = samples(dir.resolve("seen"), more);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    new TrainJob(
            spark(),
            DEFAULTS,
            new TrainOptions(
                frozen,
                seen,
                options.voidLabel(),
                options.output(),
                options.schedule(),
                options.crops(),
                ClassWeights.parse("median-frequency", more.size()),
                Optional.empty(),
                10,
                2,
                2,
                1,
                false,
                options.checkpoints(),
                options.safeguards()),
            new PrintStream(lines, true, StandardCharsets.UTF_8))
        .run();
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("begins with the weights of first; a new classifier for 7 instead of 6 classes");
    Checkpoint second = weights(dir.resolve("second"));
    for (String kept :
        List.of("stem1.conv.weight", "stem3.norm.running_mean", "block4.2.norm.bias")) {
      assertThat(second.values(kept)).as(kept).isEqualTo(first.values(kept));
    }
    assertThat(second.values("block1.1.conv.weight"))
        .isNotEqualTo(first.values("block1.1.conv.weight"));
    assertThat(second.values("aspp.rate2.bias")).hasSize(7);
  }

  @Test
  void aModelThatDoesNotFitIsNoStart(@TempDir Path dir) throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 1, 22);
    new TrainJob(spark(), DEFAULTS, tiny(dir, "first", false, false), System.out).run();
    String first = dir.resolve("first").toString();
    String folded = dir.resolve("folded").toString();
    new ExportModel(
            new Configuration(false), new ExportModel.Request(first, EngineKind.ONNX, true, folded))
        .run();
    for (var start :
        Map.of(
                new Start("compact", 8, Optional.of(folded), List.of()),
                "stem1.norm of " + folded + " was folded",
                new Start("compact", 16, Optional.of(first), List.of()),
                "is a compact of output stride 8, to be trained is a compact of 16")
            .entrySet()) {
      TrainJob job =
          new TrainJob(
              spark(), DEFAULTS, tiny(dir, "second", start.getKey(), false, false), System.out);
      assertThatThrownBy(job::run)
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("Invalid --from")
          .hasMessageContaining(start.getValue());
    }
    assertThat(dir.resolve("second")).doesNotExist();
  }

  private static Checkpoint weights(Path model) throws IOException {
    return ModelWeights.of(Model.open(model, Optional.empty()));
  }
}
