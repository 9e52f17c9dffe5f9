package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.deeplabspark.train.SceneTraining.draw;
import static org.deeplabspark.train.SceneTraining.spark;
import static org.deeplabspark.train.SceneTraining.tiny;
import static org.deeplabspark.train.SceneTraining.with;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.train.EventDecoder.Event;
import org.deeplabspark.train.TrainOptions.Checkpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TensorBoardFolderTest {

  @TempDir Path dir;

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(dir.resolve("board"))) {
      return files.sorted().toList();
    }
  }

  private TrainOptions options(boolean resume) {
    TrainOptions all = tiny(dir, "model", resume, false);
    return with(
        all,
        new Checkpoints(
            all.checkpoints().place(), 0, resume, Optional.of(dir.resolve("board").toString())));
  }

  @Test
  void theEventsAreTheCurve() throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 1, 22);
    PassSettings settings = PassSettings.of(Settings.reference());
    new TrainJob(spark(), settings, options(false), System.out).run();

    assertThat(files()).hasSize(2);
    List<Event> events = new ArrayList<>();
    for (Path file : files()) {
      List<Event> all = EventDecoder.read(Files.readAllBytes(file));
      assertThat(all.get(0).version()).isEqualTo("brain.Event:2");
      events.addAll(all.subList(1, all.size()));
    }
    List<Row> curve =
        SharedSpark.session()
            .read()
            .parquet(dir.resolve("model-training/curve").toString())
            .orderBy("step")
            .collectAsList();
    assertThat(events).hasSameSizeAs(curve);
    for (int i = 0; i < curve.size(); i++) {
      Map<String, Float> scalars = events.get(i).scalars();
      assertThat(events.get(i).step()).isEqualTo(curve.get(i).<Integer>getAs("step").longValue());
      for (var column :
          Map.of(
                  "loss", "loss/cross_entropy",
                  "l2_penalty", "loss/l2_penalty",
                  "learning_rate", "training/learning_rate",
                  "images_per_second", "training/images_per_second",
                  "epoch", "training/epoch",
                  "mean_iou", "validation/mean_iou")
              .entrySet()) {
        assertThat(scalars.get(column.getValue()))
            .as(column.getKey())
            .isEqualTo(curve.get(i).<Double>getAs(column.getKey()).floatValue());
      }
      Map<String, Double> classes = curve.get(i).getJavaMap(curve.get(i).fieldIndex("class_iou"));
      classes.forEach(
          (name, iou) ->
              assertThat(scalars.get("validation_iou/" + name))
                  .isEqualTo(iou == null ? null : iou.floatValue()));
    }

    assertThatThrownBy(new TrainJob(spark(), settings, options(false), System.out)::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("board holds the events of another training; give a new directory");
    assertThat(new TrainJob(spark(), settings, options(true), System.out).run()).isEmpty();
    TensorBoardFolder.at(new Configuration(false), dir.resolve("board").toString()).cutBack(2);
    assertThat(files()).hasSize(1);

    // Where there is nothing to go on with, the events are another training's.
    FileUtils.deleteDirectory(dir.resolve("model-training").toFile());
    assertThatThrownBy(new TrainJob(spark(), settings, options(true), System.out)::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("board holds the events of another training; give a new directory");
    assertThat(files()).hasSize(1);
  }

  /** How every event file of TensorFlow begins: 24 bytes and their checksum, a double. */
  @Test
  void aFileBeginsAsTensorFlowsDo() {
    assertThat(HexFormat.of().formatHex(new EventFile(1.5e9).bytes(), 0, 13))
        .isEqualTo("1800000000000000a37f4b2209");
  }
}
