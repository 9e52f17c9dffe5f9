package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.deeplabspark.train.SceneTraining.draw;
import static org.deeplabspark.train.SceneTraining.spark;
import static org.deeplabspark.train.SceneTraining.tiny;
import static org.deeplabspark.train.SceneTraining.with;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.train.TrainOptions.Checkpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainLockTest {

  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path dir;

  private TrainOptions options(String model, String folder) {
    return with(
        tiny(dir, model, false, false),
        new Checkpoints(dir.resolve(folder).toString(), 0, false, Optional.empty()));
  }

  private List<String> there() throws Exception {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void oneTrainingAtATimeHasAModelAndAFolder() throws Exception {
    try (TrainLock lock = TrainLock.take(HADOOP, options("model", "folder"))) {
      lock.check();
      for (TrainOptions other : List.of(options("model", "other"), options("other", "folder"))) {
        String taken =
            dir.resolve(other.output().endsWith("model") ? "model" : "folder").toString();
        assertThatThrownBy(() -> TrainLock.take(HADOOP, other))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("Run ")
            .hasMessageContaining(" is writing to file:" + taken + "; wait for its end");
        assertThatThrownBy(() -> TrainJob.refuseTaken(HADOOP, other))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(" is writing to file:" + taken + ";");
      }
      TrainJob.refuseTaken(HADOOP, options("second", "third"));
      assertThat(there()).containsExactly(".model.lock", "folder");
    }
    assertThat(there()).isEmpty();
    TrainLock.take(HADOOP, options("model", "folder")).close();
  }

  @Test
  void aTrainingIsRefusedWhileAnotherHasItsModel() throws Exception {
    draw(dir.resolve("seen"), 1, 21);
    draw(dir.resolve("unseen"), 1, 22);
    PassSettings settings = PassSettings.of(Settings.reference());
    TrainOptions options = options("model", "folder");
    TrainJob job = new TrainJob(spark(), settings, options, System.out);
    try (TrainLock lock = TrainLock.take(HADOOP, options("model", "other"))) {
      assertThatThrownBy(job::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is writing to file:" + dir.resolve("model"));
      lock.check();
    }
    assertThat(there()).containsExactly("seen", "unseen");
    assertThat(job.run()).isPresent();
    assertThat(there()).containsExactly("folder", "model", "seen", "unseen");
    assertThat(dir.resolve("folder/.lock")).doesNotExist();
  }
}
