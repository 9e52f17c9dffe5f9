package org.deeplabspark.train;

import java.io.PrintStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.OnnxEngine;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.tensor.FeatureMap;

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

  /**
   * Mean IoU in [0, 1].
   *
   * @param tasks that label at a time
   * @throws IllegalStateException if no image can be counted; names the first and what is wrong
   */
  double meanIou(ModelCard card, byte[] onnx, int tasks) {
    Broadcast<byte[]> weights = spark.broadcast(onnx);
    SampleReader samples = reader;
    try {
      Counts counts =
          spark
              .parallelize(pairs, Math.min(tasks, pairs.size()))
              .mapPartitions(
                  part -> List.of(count(part, samples, card, weights.value())).iterator())
              .reduce(Counts::plus);
      if (counts.faults.size() == pairs.size()) {
        throw new IllegalStateException(counts.faults.get(0));
      }
      if (!counts.faults.isEmpty()) {
        out.printf(
            "%d of %d validation images left out: %s%n",
            counts.faults.size(), pairs.size(), counts.faults.get(0));
      }
      return ConfusionMatrix.ofCounts(card.classes().size(), counts.cells).meanIou(MeanIou.PRESENT);
    } finally {
      weights.destroy();
    }
  }

  private static Counts count(
      Iterator<SamplePair> pairs, SampleReader reader, ModelCard card, byte[] onnx) {
    int classes = card.classes().size();
    Counts counts = new Counts(classes);
    try (OnnxEngine engine = OnnxEngine.open(card, onnx, new EngineSettings("cpu", 1))) {
      while (pairs.hasNext()) {
        SamplePair pair = pairs.next();
        ImageAttempts.WITHOUT_JOURNAL
            .<Optional<ConfusionMatrix>>result(
                pair.image(),
                Stage.INFER,
                () -> {
                  Sample sample = reader.read(pair);
                  LabelMask labels = labels(engine.logits(sample.image()));
                  return Optional.of(ConfusionMatrix.of(classes, sample.truth(), labels));
                },
                () -> {},
                failure -> {
                  counts.faults.add(SampleCheck.fault(pair, failure));
                  return Optional.empty();
                })
            .ifPresent(counts::add);
      }
    }
    return counts;
  }

  private static LabelMask labels(FeatureMap logits) {
    int[] best = logits.argMax();
    byte[] ids = new byte[best.length];
    for (int i = 0; i < best.length; i++) {
      ids[i] = (byte) best[i];
    }
    return new LabelMask(logits.width(), logits.height(), ids);
  }

  /** What a task counted, and what is wrong with the images that it could not count. */
  private static final class Counts implements Serializable {

    private static final long serialVersionUID = 1L;

    private final long[] cells; // [truth][predicted]
    private final List<String> faults = new ArrayList<>();

    Counts(int classes) {
      cells = new long[classes * classes];
    }

    void add(ConfusionMatrix image) {
      for (int i = 0; i < cells.length; i++) {
        cells[i] += image.count(i / image.classes(), i % image.classes());
      }
    }

    Counts plus(Counts other) {
      for (int i = 0; i < cells.length; i++) {
        cells[i] += other.cells[i];
      }
      faults.addAll(other.faults);
      return this;
    }
  }
}
