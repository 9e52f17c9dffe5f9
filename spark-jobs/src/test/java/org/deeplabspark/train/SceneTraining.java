package org.deeplabspark.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.demo.SceneClass;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.train.TrainOptions.Checkpoints;
import org.deeplabspark.train.TrainOptions.Crops;
import org.deeplabspark.train.TrainOptions.Safeguards;
import org.deeplabspark.train.TrainOptions.Schedule;
import org.deeplabspark.train.TrainOptions.Start;

/** Trainings on a few synthetic scenes, drawn into {@code seen} and {@code unseen} of a folder. */
final class SceneTraining {

  static final List<ClassLabel> CLASSES =
      Arrays.stream(SceneClass.values()).map(c -> new ClassLabel(c.label(), c.color())).toList();

  static final Start COMPACT = new Start("compact", 8, Optional.empty(), List.of());

  static final ClassWeights EQUAL = ClassWeights.parse("equal", CLASSES.size());

  private SceneTraining() {}

  static void draw(Path directory, int count, long seed) throws IOException {
    new SceneFolder(new Configuration(false), new org.apache.hadoop.fs.Path(directory.toUri()))
        .write(new SceneGenerator(seed), count);
  }

  static JavaSparkContext spark() {
    return new JavaSparkContext(SharedSpark.session().sparkContext());
  }

  static TrainOptions options(Path dir, Schedule schedule) {
    return new TrainOptions(
        COMPACT,
        samples(dir.resolve("seen")),
        LabelMask.VOID,
        dir.resolve("model").toString(),
        schedule,
        new Crops(4, 160, 0.75, 1.25, false),
        EQUAL,
        Optional.of(samples(dir.resolve("unseen"))),
        10,
        2,
        4,
        1,
        false,
        new Checkpoints(dir.resolve("training").toString(), 5, false, Optional.empty()),
        Safeguards.DEFAULT);
  }

  /** Three rounds of two steps on tiny crops, validated and kept after each. */
  static TrainOptions tiny(Path dir, String model, boolean resume, boolean skipBad) {
    return tiny(dir, model, COMPACT, resume, skipBad);
  }

  static TrainOptions tiny(Path dir, String model, Start start, boolean resume, boolean skipBad) {
    return new TrainOptions(
        start,
        samples(dir.resolve("seen")),
        LabelMask.VOID,
        dir.resolve(model).toString(),
        new Schedule(4, Double.POSITIVE_INFINITY, 0.04, 0.1, 0.9, 5e-4),
        new Crops(1, 64, 0.75, 1.25, false),
        EQUAL,
        Optional.of(samples(dir.resolve("unseen"))),
        1e-9,
        2,
        2,
        1,
        skipBad,
        new Checkpoints(dir.resolve(model + "-training").toString(), 0, resume, Optional.empty()),
        Safeguards.DEFAULT);
  }

  /** The same, kept elsewhere or otherwise. */
  static TrainOptions with(TrainOptions options, Checkpoints checkpoints) {
    return new TrainOptions(
        options.start(),
        options.samples(),
        options.voidLabel(),
        options.output(),
        options.schedule(),
        options.crops(),
        options.classWeights(),
        options.validation(),
        options.everyMinutes(),
        options.workers(),
        options.averagingFrequency(),
        options.seed(),
        options.skipBad(),
        checkpoints,
        options.safeguards());
  }

  /** The same at another rate, without decay and momentum, with a limit of the gradient. */
  static TrainOptions with(TrainOptions options, double rate, double clipNorm) {
    Schedule schedule = options.schedule();
    return new TrainOptions(
        options.start(),
        options.samples(),
        options.voidLabel(),
        options.output(),
        new Schedule(schedule.epochs(), schedule.minutes(), rate, 1, 0, 0),
        options.crops(),
        options.classWeights(),
        options.validation(),
        options.everyMinutes(),
        options.workers(),
        options.averagingFrequency(),
        options.seed(),
        options.skipBad(),
        options.checkpoints(),
        new Safeguards(clipNorm, Safeguards.DEFAULT.lockStale()));
  }

  static SampleSource samples(Path folder) {
    return samples(folder, CLASSES);
  }

  static SampleSource samples(Path folder, List<ClassLabel> classes) {
    return new SampleSource(
        List.of(folder.resolve("image").toString()),
        new Truth(
            folder.resolve("label").toString(),
            Suffixes.NONE,
            LabelMask.VOID,
            Optional.of(LabelLayout.plain(classes, Set.of(LabelMask.VOID))),
            Optional.empty()));
  }
}
