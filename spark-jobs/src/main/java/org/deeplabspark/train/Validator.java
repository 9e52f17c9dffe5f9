package org.deeplabspark.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.onnx.OnnxEngine;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.source.InputFiles;

/**
 * Mean IoU, at full size and over the classes in the truth, of the model as it would be served, on
 * images that it is not trained on. Executors label and count; the driver sums.
 */
final class Validator {

  private final JavaSparkContext spark;
  private final List<SamplePair> pairs;
  private final TruthReader reader;
  private final InputFiles files;

  Validator(JavaSparkContext spark, List<SamplePair> pairs, TruthReader reader, InputFiles files) {
    this.spark = spark;
    this.pairs = pairs;
    this.reader = reader;
    this.files = files;
  }

  /**
   * Mean IoU in [0, 1].
   *
   * @param tasks that label at a time
   */
  double meanIou(ModelCard card, byte[] onnx, int tasks) {
    Broadcast<byte[]> weights = spark.broadcast(onnx);
    InputFiles opener = files;
    TruthReader truthReader = reader;
    int classes = card.classes().size();
    try {
      long[] counts =
          spark
              .parallelize(pairs, Math.min(tasks, pairs.size()))
              .mapPartitions(
                  part ->
                      List.of(count(part, truthReader, opener, card, weights.value())).iterator())
              .reduce(Validator::sum);
      return ConfusionMatrix.ofCounts(classes, counts).meanIou(MeanIou.PRESENT);
    } finally {
      weights.destroy();
    }
  }

  private static long[] count(
      Iterator<SamplePair> pairs,
      TruthReader reader,
      InputFiles files,
      ModelCard card,
      byte[] onnx) {
    int classes = card.classes().size();
    ConfusionMatrix counts = ConfusionMatrix.empty(classes);
    try (OnnxEngine engine = OnnxEngine.open(card, onnx, new EngineSettings("cpu", 1))) {
      while (pairs.hasNext()) {
        Sample sample = Sample.read(files, pairs.next(), reader);
        counts =
            counts.plus(
                ConfusionMatrix.of(
                    classes, sample.truth(), LabelMask.argMax(engine.logits(sample.image()))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    long[] flat = new long[classes * classes];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = counts.count(i / classes, i % classes);
    }
    return flat;
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }
}
