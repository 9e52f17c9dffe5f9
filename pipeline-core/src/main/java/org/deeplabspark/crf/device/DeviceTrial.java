package org.deeplabspark.crf.device;

import java.util.Arrays;
import java.util.List;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Unary;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;

/** A small drawn scene that a device must label as the CRF in Java does before it is used. */
final class DeviceTrial {

  private static final float MAX_DIFFERENCE = 1e-4f;

  /** Share of the labels that may differ, where two are as likely. */
  private static final double MOST_TIES = 0.01;

  private static final int WIDTH = 48;
  private static final int HEIGHT = 32;

  private final RgbImage image;
  private final FeatureMap probabilities;

  /** A scene with so many labels. */
  DeviceTrial(int labels) {
    int pixels = WIDTH * HEIGHT;
    byte[] rgb = new byte[3 * pixels];
    float[] values = new float[labels * pixels];
    Arrays.fill(values, 0.5f / labels);
    for (int pixel = 0; pixel < pixels; pixel++) {
      int x = pixel % WIDTH;
      int y = pixel / WIDTH;
      boolean inside = (x - 20) * (x - 20) + (y - 14) * (y - 14) < 90;
      for (int i = 0; i < 3; i++) {
        rgb[3 * pixel + i] = (byte) ((inside ? 180 - 30 * i : 60 + 20 * i) + (5 * x + 3 * y) % 7);
      }
      int label = (inside ? 1 : 0) + (x / 9 + y / 7) % 3;
      values[label % labels * pixels + pixel] += 0.5f;
    }
    image = new RgbImage(WIDTH, HEIGHT, rgb);
    probabilities = new FeatureMap(labels, HEIGHT, WIDTH, values);
  }

  /**
   * Compares marginals, and labels on the whole way from scores.
   *
   * @param crf has these settings afterwards
   * @throws DeviceException if its answers differ
   */
  void require(DeviceCrf crf, CrfSettings settings) {
    crf.use(settings);
    DenseCrf java = new DenseCrf(settings);
    FeatureMap unary = Unary.fromProbabilities(probabilities);
    float[] expected;
    try {
      expected = java.marginals(image, unary).values();
    } catch (IllegalArgumentException e) {
      return; // settings that no CRF can do: each image says so, there as on the cores
    }
    float[] marginals = crf.marginals(image, unary).values();
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(marginals[i] - expected[i]) <= MAX_DIFFERENCE)) {
        throw new DeviceException(
            String.format(
                "%s is not used: a marginal of a trial scene is %.6f there and %.6f here",
                crf.device(), marginals[i], expected[i]));
      }
    }
    NetworkScores scores = NetworkScores.ofFullSize(probabilities, OutputKind.PROBABILITIES);
    byte[] labels = crf.label(List.of(new ScoredPhoto(image, scores))).get(0).mask().labels();
    byte[] expectedLabels = java.refine(image, scores).mask().labels();
    int differing = 0;
    for (int pixel = 0; pixel < labels.length; pixel++) {
      differing += labels[pixel] == expectedLabels[pixel] ? 0 : 1;
    }
    if (differing > MOST_TIES * labels.length) {
      throw new DeviceException(
          String.format(
              "%s is not used: %d of %d labels of a trial scene are others there",
              crf.device(), differing, labels.length));
    }
  }
}
