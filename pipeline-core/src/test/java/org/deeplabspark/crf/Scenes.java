package org.deeplabspark.crf;

import java.util.List;
import java.util.Random;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;
import org.deeplabspark.tensor.Softmax;

/** Made-up inputs, the same ones each time. */
final class Scenes {

  private Scenes() {}

  /** Blotches of colour with noise on them: neighbours resemble each other, as in a photo. */
  static RgbImage photo(int width, int height, long seed) {
    Random random = new Random(seed);
    byte[] rgb = new byte[3 * width * height];
    double[] phase = random.doubles(6, 0, 6).toArray();
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      double wave =
          Math.sin(x / 9.0 + phase[i % 3])
              + Math.cos(y / 7.0 + phase[3 + i % 3])
              + Math.sin(x * y / 90.0);
      rgb[i] = (byte) Math.max(0, Math.min(255, 128 + 40 * wave + 3 * random.nextGaussian()));
    }
    return new RgbImage(width, height, rgb);
  }

  /** Energies of random probabilities without any favourite. */
  static FeatureMap softUnary(int labels, int width, int height, long seed) {
    Random random = new Random(seed);
    float[] p = new float[labels * width * height];
    int pixels = width * height;
    for (int pixel = 0; pixel < pixels; pixel++) {
      float sum = 0;
      for (int label = 0; label < labels; label++) {
        p[label * pixels + pixel] = 0.05f + random.nextFloat();
        sum += p[label * pixels + pixel];
      }
      for (int label = 0; label < labels; label++) {
        p[label * pixels + pixel] /= sum;
      }
    }
    return Unary.fromProbabilities(new FeatureMap(labels, height, width, p));
  }

  /**
   * A network's scores in a map of its own size, about as sure of themselves as trained ones: each
   * cell has a favourite, most labels are far behind it.
   */
  static NetworkScores scores(
      int labels, int mapWidth, int mapHeight, int width, int height, OutputKind kind, long seed) {
    Random random = new Random(seed);
    FeatureMap map = FeatureMap.zeros(labels, mapHeight, mapWidth);
    int cells = map.planeSize();
    for (int cell = 0; cell < cells; cell++) {
      int favourite = (cell % mapWidth / 3 + cell / mapWidth / 3) % Math.min(labels, 7);
      for (int label = 0; label < labels; label++) {
        int distance = Math.abs(label - favourite);
        map.values()[label * cells + cell] =
            (float) (9 - 3 * Math.min(distance, 7) + 1.5 * random.nextGaussian());
      }
    }
    if (kind == OutputKind.PROBABILITIES) {
      Softmax.inPlace(map);
    }
    return new NetworkScores(
        map,
        Resampling.bilinear(mapHeight, height, AlignCorners.NO),
        Resampling.bilinear(mapWidth, width, AlignCorners.NO),
        kind);
  }

  static PairwiseKernel.Gaussian gaussian(float std, float weight, Normalization normalization) {
    return new PairwiseKernel.Gaussian(std, std, new Compatibility.Potts(weight), normalization);
  }

  static PairwiseKernel.Bilateral bilateral(
      float xyStd, float rgbStd, float weight, Normalization normalization) {
    return new PairwiseKernel.Bilateral(
        xyStd, xyStd, rgbStd, rgbStd, rgbStd, new Compatibility.Potts(weight), normalization);
  }

  static CrfSettings settings(int iterations, PairwiseKernel... kernels) {
    return new CrfSettings(iterations, List.of(kernels), CrfSettings.DEFAULT_RETIRE_BELOW, 1);
  }
}
