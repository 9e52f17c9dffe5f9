package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.deeplabspark.train.SceneTraining.draw;
import static org.deeplabspark.train.SceneTraining.spark;
import static org.deeplabspark.train.SceneTraining.tiny;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on truth that teaches nothing. */
final class VoidTruthTest {

  @TempDir Path dir;

  /** Voids every mask but for one pixel of a class, if that is asked for. */
  private static void empty(Path labels, int kept) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.list(labels)) {
      files = all.toList();
    }
    for (Path file : files) {
      if (file.toString().endsWith(".crc")) {
        Files.delete(file);
        continue;
      }
      LabelMask mask = PngMaskCodec.decode(Files.readAllBytes(file));
      byte[] ids = new byte[mask.pixels()];
      Arrays.fill(ids, (byte) LabelMask.VOID);
      if (kept >= 0) {
        ids[ids.length / 2] = (byte) kept;
      }
      Files.write(
          file,
          PngMaskCodec.encode(new LabelMask(mask.width(), mask.height(), ids), Palette.voc()));
    }
  }

  private TrainJob job(ClassWeights weights) {
    TrainOptions all = tiny(dir, "model", false, false);
    TrainOptions options =
        new TrainOptions(
            all.start(),
            all.samples(),
            all.voidLabel(),
            all.output(),
            all.schedule(),
            all.crops(),
            weights,
            all.validation(),
            all.everyMinutes(),
            all.workers(),
            all.averagingFrequency(),
            all.seed(),
            all.skipBad(),
            all.checkpoints(),
            all.safeguards());
    return new TrainJob(spark(), PassSettings.of(Settings.reference()), options, System.out);
  }

  private void refuses(ClassWeights weights, String why) {
    assertThatThrownBy(job(weights)::run).isInstanceOf(UsageException.class).hasMessage(why);
    assertThat(dir.resolve("model")).doesNotExist();
    assertThat(dir.resolve("model-training")).doesNotExist();
  }

  @Test
  void truthThatIsVoidEverywhereIsRefused() throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 1, 22);
    empty(dir.resolve("seen/label"), -1);
    refuses(
        SceneTraining.EQUAL,
        "Invalid --truth: no pixel of the 2 masks is of a class, all are void: a training has nothing"
            + " to learn; look at --dataset, --classes and --void-label");
  }

  @Test
  void classesThatWeighNothingAreAsGoodAsVoid() throws Exception {
    draw(dir.resolve("seen"), 2, 21);
    draw(dir.resolve("unseen"), 1, 22);
    empty(dir.resolve("seen/label"), 2);
    refuses(
        ClassWeights.parse("1,1,0,1,1,1", 6),
        "Invalid --class-weights: no pixel of the truth is of a class that weighs anything");
  }

  @Test
  void validationTruthThatIsVoidEverywhereIsRefusedBeforeTheFirstStep() throws Exception {
    draw(dir.resolve("seen"), 1, 21);
    draw(dir.resolve("unseen"), 2, 22);
    empty(dir.resolve("unseen/label"), -1);
    refuses(
        SceneTraining.EQUAL,
        "Invalid --validation-truth: no pixel of the 2 masks is of a class, all are void");
  }
}
