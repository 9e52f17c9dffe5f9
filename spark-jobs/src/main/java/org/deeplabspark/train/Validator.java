package org.deeplabspark.train;

import java.io.PrintStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplabspark.crf.RawLabels;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.onnx.OnnxEngine;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.settings.UsageException;

/**
 * Mean IoU, at full size and over the classes in the truth, of the model as it would be served, on
 * images that it is not trained on. Executors label and count; the driver sums.
 */
final class Validator {

  private final JavaSparkContext spark;
  private final List<SamplePair> pairs;
  private final SampleReader reader;
  private final PrintStream out;

  /**
   * A validation of models.
   *
   * @param out gets a line about images that could not be counted
   */
  Validator(JavaSparkContext spark, List<SamplePair> pairs, SampleReader reader, PrintStream out) {
    this.spark = spark;
    this.pairs = pairs;
    this.reader = reader;
    this.out = out;
  }

  /** What was counted, and what is wrong with the images that could not be. */
  private record Counts(ConfusionMatrix matrix, List<String> faults) implements Serializable {

    Counts plus(Counts other) {
      List<String> all = new ArrayList<>(faults);
      all.addAll(other.faults);
      return new Counts(matrix.plus(other.matrix), all);
    }
  }

  /**
   * Looks, before a training begins, whether there is anything to measure on. An image that cannot
   * be read is left to the measurement.
   *
   * @throws UsageException if all truth is void
   */
  void requireTruth() {
    SampleReader samples = reader;
    boolean nothing =
        spark
            .parallelize(pairs, pairs.size())
            .filter(pair -> !isVoid(pair, samples))
            .take(1)
            .isEmpty();
    if (nothing) {
      throw new UsageException(
          String.format(
              "Invalid --validation-truth: no pixel of the %d masks is of a class, all are void",
              pairs.size()));
    }
  }

  private static boolean isVoid(SamplePair pair, SampleReader reader) {
    return ImageAttempts.WITHOUT_JOURNAL.result(
        pair.image(),
        Stage.DECODE,
        () -> {
          LabelMask truth = reader.read(pair).truth();
          return IntStream.range(0, truth.pixels())
              .allMatch(pixel -> truth.label(pixel) == LabelMask.VOID);
        },
        () -> {},
        failure -> false);
  }

  /**
   * Measures a model.
   *
   * @param tasks that label at a time
   * @throws IllegalStateException if no image can be counted; names the first and what is wrong
   */
  Validation measure(ModelCard card, byte[] onnx, int tasks) {
    Broadcast<byte[]> weights = spark.broadcast(onnx);
    SampleReader samples = reader;
    try {
      Counts counts =
          spark
              .parallelize(pairs, Math.min(tasks, pairs.size()))
              .mapPartitions(
                  part -> List.of(count(part, samples, card, weights.value())).iterator())
              .reduce(Counts::plus);
      List<String> faults = counts.faults();
      if (faults.size() == pairs.size()) {
        throw new IllegalStateException(faults.get(0));
      }
      if (!faults.isEmpty()) {
        out.printf(
            "%d of %d validation images left out: %s%n",
            faults.size(), pairs.size(), faults.get(0));
      }
      return Validation.of(counts.matrix(), card.classes());
    } finally {
      weights.destroy();
    }
  }

  private static Counts count(
      Iterator<SamplePair> pairs, SampleReader reader, ModelCard card, byte[] onnx) {
    int classes = card.classes().size();
    ConfusionMatrix nothing = ConfusionMatrix.empty(classes);
    Counts counts = new Counts(nothing, List.of());
    try (OnnxEngine engine = OnnxEngine.open(card, onnx, new EngineSettings("cpu", 1))) {
      while (pairs.hasNext()) {
        SamplePair pair = pairs.next();
        Counts image =
            ImageAttempts.WITHOUT_JOURNAL.result(
                pair.image(),
                Stage.INFER,
                () -> {
                  Sample sample = reader.read(pair);
                  LabelMask labels = RawLabels.of(engine.scores(sample.image())).mask();
                  return new Counts(ConfusionMatrix.of(classes, sample.truth(), labels), List.of());
                },
                () -> {},
                failure -> new Counts(nothing, List.of(SampleCheck.fault(pair, failure))));
        counts = counts.plus(image);
      }
    }
    return counts;
  }
}
