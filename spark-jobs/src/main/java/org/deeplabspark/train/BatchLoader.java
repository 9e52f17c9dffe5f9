package org.deeplabspark.train;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.broadcast.Broadcast;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.source.ReadFailure;
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
  private static final int MOST_REDRAWS = 9;

  private final Broadcast<List<SamplePair>> pairs;
  private final SampleReader reader;
  private final Crops crops;
  private final List<ScoreGrid> grids;
  private final float[] classWeights;
  private final ModelInput input;

  BatchLoader(
      Broadcast<List<SamplePair>> pairs,
      SampleReader reader,
      Crops crops,
      List<ScoreGrid> grids,
      float[] classWeights,
      ModelInput input) {
    this.pairs = pairs;
    this.reader = reader;
    this.crops = crops;
    this.grids = grids;
    this.classWeights = classWeights;
    this.input = input;
  }

  @Override
  public DataSet load(Source source) throws IOException {
    return load(source.getPath());
  }

  /** The arrays of a minibatch's text. */
  DataSet load(String text) throws IOException {
    NativeThreads.limitToOne();
    Minibatch minibatch = Minibatch.parse(text);
    ScoreGrid grid = grids.get(minibatch.scale());
    CropSampler sampler = new CropSampler(crops, grid, classWeights, input);
    SplittableRandom random = new SplittableRandom(minibatch.seed());
    CropSampler.Batch arrays = draw(minibatch, sampler, random);
    // Crops that are void everywhere teach nothing, and their loss of 0 would spoil the mean.
    for (int more = 0; more < MOST_REDRAWS && arrays.isVoid(); more++) {
      arrays = draw(minibatch, sampler, random);
    }
    arrays.balance();
    int batch = crops.batch();
    int side = grid.side();
    int cells = grid.cells();
    return new DataSet(
        Nd4j.create(arrays.features, new long[] {batch, 3, side, side}, 'c'),
        Nd4j.create(arrays.labels, new long[] {batch, classWeights.length, cells, cells}, 'c'),
        null,
        Nd4j.create(arrays.weights, new long[] {batch, 1, cells, cells}, 'c'));
  }

  private CropSampler.Batch draw(Minibatch minibatch, CropSampler sampler, SplittableRandom random)
      throws IOException {
    CropSampler.Batch arrays = sampler.batch();
    for (int i = 0; i < crops.batch(); i++) {
      SamplePair pair = pairs.value().get(minibatch.samples().get(i));
      sampler.draw(read(pair), random, arrays, i);
    }
    return arrays;
  }

  private Sample read(SamplePair pair) throws IOException {
    try {
      return reader.read(pair);
    } catch (ReadFailure | MalformedImageException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
