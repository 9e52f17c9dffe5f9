package org.deeplabspark.train;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.train.BatchPlan.Minibatch;
import org.deeplabspark.train.TrainOptions.Crops;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns the text of a minibatch into arrays, on the executor that trains on it. Memory is that of
 * one batch and one image.
 */
final class BatchLoader implements DataSetLoader {

  private static final long serialVersionUID = 1L;

  private final Broadcast<List<SamplePair>> pairs;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final int batch;
  private final double minScale;
  private final double maxScale;
  private final ScoreGrid grid;
  private final int classes;
  private final int voidLabel;

  BatchLoader(
      Broadcast<List<SamplePair>> pairs,
      Broadcast<SerializableConfiguration> hadoop,
      Crops crops,
      ScoreGrid grid,
      int classes,
      int voidLabel) {
    this.pairs = pairs;
    this.hadoop = hadoop;
    this.batch = crops.batch();
    this.minScale = crops.minScale();
    this.maxScale = crops.maxScale();
    this.grid = grid;
    this.classes = classes;
    this.voidLabel = voidLabel;
  }

  @Override
  public DataSet load(Source source) throws IOException {
    NativeThreads.limitToOne();
    Minibatch minibatch = Minibatch.parse(source.getPath());
    CropSampler sampler =
        new CropSampler(
            new Crops(batch, grid.side(), minScale, maxScale), grid, classes, voidLabel);
    CropSampler.Batch arrays = sampler.batch();
    SplittableRandom random = new SplittableRandom(minibatch.seed());
    Configuration configuration = hadoop.value().value();
    for (int i = 0; i < batch; i++) {
      SamplePair pair = pairs.value().get(minibatch.samples().get(i));
      try {
        sampler.draw(Sample.read(configuration, pair), random, arrays, i);
      } catch (IllegalArgumentException e) {
        throw new IOException(pair.truth() + ": " + e.getMessage(), e);
      }
    }
    arrays.balance();
    int side = grid.side();
    int cells = grid.cells();
    return new DataSet(
        Nd4j.create(arrays.features, new long[] {batch, 3, side, side}, 'c'),
        Nd4j.create(arrays.labels, new long[] {batch, classes, cells, cells}, 'c'),
        null,
        Nd4j.create(arrays.weights, new long[] {batch, 1, cells, cells}, 'c'));
  }
}
