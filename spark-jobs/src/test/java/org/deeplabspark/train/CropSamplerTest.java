package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.DefaultInput;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.train.CropSampler.Batch;
import org.deeplabspark.train.TrainOptions.Crops;
import org.junit.jupiter.api.Test;

final class CropSamplerTest {

  private static final int CLASSES = 2;
  private static final NetworkSpec COMPACT = NetworkSpec.named("compact", CLASSES);

  /** Left half black and class 0, right half white and class 1. */
  private static Sample halves(int side) {
    byte[] rgb = new byte[3 * side * side];
    byte[] labels = new byte[side * side];
    for (int pixel = 0; pixel < side * side; pixel++) {
      if (pixel % side >= side / 2) {
        labels[pixel] = 1;
        rgb[3 * pixel] = rgb[3 * pixel + 1] = rgb[3 * pixel + 2] = -1;
      }
    }
    return new Sample(new RgbImage(side, side, rgb), new LabelMask(side, side, labels));
  }

  @Test
  void labelsLieWhereTheirPixelsLieAtAnyScaleAndFlip() {
    CropSampler sampler = sampler(new Crops(1, 32, 0.5, 2, false));
    SplittableRandom random = new SplittableRandom(1);
    int seen = 0;
    for (int i = 0; i < 50; i++) {
      Batch batch = sampler.batch();
      sampler.draw(halves(48), random, batch, 0);
      for (int cell = 0; cell < 16; cell++) {
        if (batch.weights[cell] == 0) {
          continue;
        }
        int row = cell / 4 * 8 + 4;
        int column = cell % 4 * 8;
        // Pixels two to each side of the cell's centre: both halves only where the edge is.
        float left = batch.features[row * 32 + column + 2];
        float right = batch.features[row * 32 + column + 6];
        if (left == right && left != 0) {
          assertThat(batch.labels[16 + cell]).isEqualTo(left > 0 ? 1 : 0);
          assertThat(batch.labels[cell]).isEqualTo(left > 0 ? 0 : 1);
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(300);
  }

  @Test
  void beyondTheImageNothingIsLabelledAndPixelsAreTheMean() {
    CropSampler sampler = sampler(new Crops(1, 64, 1, 1, false));
    Batch batch = sampler.batch();
    sampler.draw(halves(16), new SplittableRandom(3), batch, 0);
    int inside = 0;
    for (int pixel = 0; pixel < 64 * 64; pixel++) {
      inside += batch.features[pixel] == 0 ? 0 : 1;
    }
    assertThat(inside).isBetween(15 * 15, 17 * 17);
    int labelled = 0;
    for (float weight : batch.weights) {
      labelled += weight > 0 ? 1 : 0;
    }
    assertThat(labelled).isBetween(1, 9);
  }

  @Test
  void voidHasNoWeightAndTheRestAddsUpToOneAnImage() {
    byte[] labels = new byte[32 * 32];
    java.util.Arrays.fill(labels, 0, 16 * 32, (byte) 255);
    Sample sample =
        new Sample(new RgbImage(32, 32, new byte[3 * 32 * 32]), new LabelMask(32, 32, labels));
    CropSampler sampler = sampler(new Crops(2, 32, 1, 1, false));
    Batch batch = sampler.batch();
    sampler.draw(sample, new SplittableRandom(1), batch, 0);
    sampler.draw(sample, new SplittableRandom(2), batch, 1);
    batch.balance();
    float sum = 0;
    for (float weight : batch.weights) {
      sum += weight;
    }
    assertThat(sum).isCloseTo(2, within(1e-5f));
    assertThat(batch.weights[0]).isZero();
  }

  /** The same crop at half its size: what its pixels were, four to one. */
  @Test
  void aCropIsTheSameAtASmallerScale() {
    Crops crops = new Crops(1, 64, 1, 1, true);
    List<ScoreGrid> grids = ScoreGrid.all(COMPACT, crops);
    assertThat(grids.stream().map(ScoreGrid::side)).containsExactly(64, 48, 32);
    List<Batch> batches = new ArrayList<>();
    for (ScoreGrid grid : List.of(grids.get(0), grids.get(2))) {
      CropSampler sampler =
          new CropSampler(crops, grid, new float[] {1, 1}, DefaultInput.trained(COMPACT));
      Batch batch = sampler.batch();
      sampler.draw(halves(96), new SplittableRandom(5), batch, 0);
      batches.add(batch);
    }
    float[] large = batches.get(0).features;
    float[] small = batches.get(1).features;
    for (int pixel = 0; pixel < 32 * 32; pixel++) {
      int corner = pixel / 32 * 2 * 64 + pixel % 32 * 2;
      float mean =
          (large[corner] + large[corner + 1] + large[corner + 64] + large[corner + 65]) / 4;
      assertThat(small[pixel]).isCloseTo(mean, within(1.1f));
    }
    assertThat(batches.get(1).labels).hasSize(2 * 16);
  }

  @Test
  void classesWeighAsTheyAreTold() {
    CropSampler sampler = sampler(new Crops(1, 64, 1, 1, false), 3, 1);
    Batch batch = sampler.batch();
    sampler.draw(halves(64), new SplittableRandom(1), batch, 0);
    batch.balance();
    double[] sums = new double[CLASSES];
    for (int cell = 0; cell < 64; cell++) {
      for (int c = 0; c < CLASSES; c++) {
        sums[c] += batch.labels[64 * c + cell] * batch.weights[cell];
      }
    }
    assertThat(sums[0] + sums[1]).isCloseTo(1, within(1e-6));
    assertThat(sums[0] / sums[1]).isCloseTo(3, within(1e-4));
  }

  @Test
  void pixelsAreInTheModelsOrderAndRange() {
    ModelInput bgr =
        ModelInput.of(COMPACT, ChannelOrder.BGR, List.of(10.0, 20.0, 30.0), List.of(1.0, 2.0, 4.0));
    CropSampler sampler =
        new CropSampler(
            new Crops(1, 8, 1, 1, false), ScoreGrid.of(COMPACT, 8), new float[] {1, 1}, bgr);
    byte[] rgb = new byte[3 * 64];
    for (int pixel = 0; pixel < 64; pixel++) {
      rgb[3 * pixel] = 100;
      rgb[3 * pixel + 1] = 110;
      rgb[3 * pixel + 2] = 120;
    }
    Batch batch = sampler.batch();
    sampler.draw(
        new Sample(new RgbImage(8, 8, rgb), new LabelMask(8, 8, new byte[64])),
        new SplittableRandom(1),
        batch,
        0);
    assertThat(batch.features[27]).isEqualTo(110);
    assertThat(batch.features[64 + 27]).isEqualTo(180);
    assertThat(batch.features[128 + 27]).isEqualTo(280);
  }

  private static CropSampler sampler(Crops crops, float... weights) {
    return new CropSampler(
        crops,
        ScoreGrid.of(COMPACT, crops.side()),
        weights.length == 0 ? new float[] {1, 1} : weights,
        DefaultInput.trained(COMPACT));
  }
}
