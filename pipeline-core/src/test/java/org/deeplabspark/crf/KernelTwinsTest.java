package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplabspark.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vector and scalar kernels give the same bits, and the rows of a gaussian lattice the same as the
 * hashed one.
 */
class KernelTwinsTest {

  private static final ThreadTeam ALONE = new ThreadTeam(1);

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void vectorKernelsGiveTheBitsOfTheScalarOnes(int lanes) {
    assumeTrue(lanes <= KernelChoice.best().widest(), "no vectors of " + lanes + " floats here");
    RgbImage image = Scenes.photo(37, 29, lanes);
    float[] vector = filtered(KernelChoice.best(), lanes, image);

    assertThat(vector).isEqualTo(filtered(KernelChoice.scalar(), lanes, image));
  }

  private static float[] filtered(KernelChoice choice, int lanes, RgbImage image) {
    KernelChoice scalar = KernelChoice.scalar();
    TileKernels kernels = choice.forLanes(lanes);
    SoftmaxKernels softmax = choice.softmax();
    int pixels = image.pixels();
    float[] q = random(pixels * kernels.lanes(), 1);
    float[] out = new float[q.length + 64];
    float[] start = new float[q.length];
    for (PairwiseKernel kernel :
        new PairwiseKernel[] {
          Scenes.gaussian(1, 3, Normalization.SYMMETRIC),
          Scenes.bilateral(30, 20, 4, Normalization.SYMMETRIC)
        }) {
      Filter filter = new Filter(kernel, scalar, new NormScratch(new Tiles(scalar)));
      ALONE.runStages(List.of(filter.build(image, 1)));
      filter.normalize(ALONE);
      filter.lattice().reserve(kernels.lanes(), 1);
      TilePass pass = filter.pass(kernels, q, start, out, 1.5f);
      if (filter.lattice() instanceof HashedLattice hashed) {
        hashed.splat(pass);
        hashed.blur(kernels, ALONE);
        hashed.slice(pass, 0, pixels);
      } else {
        ((RowLattice) filter.lattice()).streamBand(pass, 0, 1, 0);
      }
      start = out;
    }
    float[] block = random(2000, 3);
    softmax.exponentiate(block, 0, 997, block, 1000);
    float[] plain = Arrays.copyOf(block, 1000);
    float[] z = random(pixels, 2);
    LaneMaxima maxima = new LaneMaxima();
    maxima.clear(kernels.lanes());
    for (int from = 0; from < pixels; from += TileSoftmax.CHUNK) {
      int to = Math.min(pixels, from + TileSoftmax.CHUNK);
      softmax.exponentiate(out, from * lanes, to * lanes, maxima.scratch, 0);
      softmax.addSums(out, lanes, z, from, to, maxima.scratch);
      kernels.addMaxima(out, z, from, to, maxima);
    }
    float[] all = Arrays.copyOf(out, out.length + z.length + maxima.q.length + plain.length);
    System.arraycopy(z, 0, all, out.length, z.length);
    System.arraycopy(maxima.q, 0, all, out.length + z.length, maxima.q.length);
    System.arraycopy(plain, 0, all, out.length + z.length + maxima.q.length, plain.length);
    return all;
  }

  @ParameterizedTest
  @CsvSource({"37,29", "16,3", "1,1", "250,7"})
  void vectorCoordinatesHaveTheBitsOfTheScalarOnes(int width, int height) {
    RgbImage image = Scenes.photo(width, height, 4);
    Features features = new Features(image, Scenes.bilateral(30, 3, 4, Normalization.NONE));
    long[] keys = new long[6];
    long[] scalarKeys = new long[6];
    int[] axes = new int[6];
    int[] scalarAxes = new int[6];
    float[] weights = new float[6 * width];
    float[] scalarWeights = new float[6 * width];
    Embedding embedding = new Embedding(features, KernelChoice.best().embedding());
    Embedding scalar = new Embedding(features, KernelChoice.scalar().embedding());
    for (int y = 0; y < height; y++) {
      embedding.embed(features, y);
      scalar.embed(features, y);
      embedding.readWeights(width, weights, 0);
      scalar.readWeights(width, scalarWeights, 0);
      assertThat(weights).isEqualTo(scalarWeights);
      for (int x = 0; x < width; x++) {
        embedding.readKeys(x, keys, axes, 0);
        scalar.readKeys(x, scalarKeys, scalarAxes, 0);
        assertThat(keys).isEqualTo(scalarKeys);
        assertThat(axes).isEqualTo(scalarAxes);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,3", "2,1.5", "0.7,0.6", "20,5", "0.5,9"})
  void rowsGiveTheBitsOfTheHashedLattice(float xStd, float yStd) {
    PairwiseKernel.Gaussian kernel =
        new PairwiseKernel.Gaussian(xStd, yStd, new Compatibility.Potts(1), Normalization.NONE);
    for (int[] size : new int[][] {{64, 48}, {7, 5}, {1, 9}, {9, 1}, {1, 1}, {33, 2}}) {
      RgbImage image = new RgbImage(size[0], size[1], new byte[3 * size[0] * size[1]]);
      int pixels = image.pixels();
      float[] q = random(4 * pixels, 3);
      float[] ones = new float[pixels];
      Arrays.fill(ones, 1);
      Lattice hashed = new HashedLattice(2, new ScalarEmbeddingKernels());
      Lattice rows = new RowLattice(new ScalarEmbeddingKernels());
      float[] expected = filtered(hashed, kernel, image, q, ones);
      float[] actual = filtered(rows, kernel, image, q, ones);

      assertThat(rows.size()).isEqualTo(hashed.size());
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  private static float[] filtered(
      Lattice lattice, PairwiseKernel kernel, RgbImage image, float[] q, float[] ones) {
    float[] out = new float[q.length];
    ALONE.runStages(List.of(lattice.build(new Features(image, kernel), 1)));
    lattice.reserve(4, 1);
    TilePass pass = new TilePass(new ScalarTileKernels(4), q, ones, out, out, ones, 1);
    lattice.filter(pass, ALONE, (from, to) -> {});
    return out;
  }

  @Test
  void exponentialIsWithinTwoUnitsInTheLastPlace() {
    double worst = 0;
    for (float x = -60; x <= 60; x += 0.0037f) {
      double exact = Math.exp(x);
      worst = Math.max(worst, Math.abs(ScalarSoftmax.exp(x) - exact) / Math.ulp((float) exact));
    }
    assertThat(worst).isLessThan(2);
  }

  private static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }
}
