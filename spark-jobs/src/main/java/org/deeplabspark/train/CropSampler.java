package org.deeplabspark.train;

import java.util.random.RandomGenerator;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.train.TrainOptions.Crops;

/**
 * Cuts random crops out of samples: scaled, flipped or not, normalised, with labels shrunk to the
 * score map by taking the label where each score stands.
 */
final class CropSampler {

  private final Crops crops;
  private final ScoreGrid grid;
  private final int classes;
  private final int voidLabel;

  CropSampler(Crops crops, ScoreGrid grid, int classes, int voidLabel) {
    this.crops = crops;
    this.grid = grid;
    this.classes = classes;
    this.voidLabel = voidLabel;
  }

  /** How a crop lies in its image: crop coordinate c is image coordinate (c + offset) / scale. */
  private record Window(double scale, double left, double top, boolean flipped, int side) {

    double x(double column) {
      return ((flipped ? side - column : column) + left) / scale;
    }

    double y(double row) {
      return (row + top) / scale;
    }
  }

  /** Draws one crop into place {@code index} of the batch's arrays. */
  void draw(Sample sample, RandomGenerator random, Batch batch, int index) {
    Window window = window(sample.image(), random);
    pixels(sample.image(), window, batch.features, index * 3 * crops.side() * crops.side());
    labels(sample.truth(), window, batch, index);
  }

  private Window window(RgbImage image, RandomGenerator random) {
    double scale = crops.minScale() + random.nextDouble() * (crops.maxScale() - crops.minScale());
    double spareX = image.width() * scale - crops.side();
    double spareY = image.height() * scale - crops.side();
    // An image smaller than the crop lies anywhere within it.
    return new Window(
        scale,
        spareX * random.nextDouble(),
        spareY * random.nextDouble(),
        random.nextBoolean(),
        crops.side());
  }

  private void pixels(RgbImage image, Window window, float[] features, int at) {
    int side = crops.side();
    int width = image.width();
    byte[] rgb = image.rgb();
    for (int row = 0; row < side; row++) {
      double y = window.y(row + 0.5);
      for (int column = 0; column < side; column++) {
        double x = window.x(column + 0.5);
        int to = at + row * side + column;
        if (x < 0 || y < 0 || x >= width || y >= image.height()) {
          continue; // The normalised mean is 0.
        }
        double u = Math.max(0, Math.min(width - 1, x - 0.5));
        double v = Math.max(0, Math.min(image.height() - 1, y - 0.5));
        int left = (int) u;
        int top = (int) v;
        int right = Math.min(width - 1, left + 1);
        int bottom = Math.min(image.height() - 1, top + 1);
        double fx = u - left;
        double fy = v - top;
        for (int channel = 0; channel < 3; channel++) {
          double above =
              (1 - fx) * (rgb[3 * (top * width + left) + channel] & 0xff)
                  + fx * (rgb[3 * (top * width + right) + channel] & 0xff);
          double below =
              (1 - fx) * (rgb[3 * (bottom * width + left) + channel] & 0xff)
                  + fx * (rgb[3 * (bottom * width + right) + channel] & 0xff);
          features[to + channel * side * side] = Normalization.of((1 - fy) * above + fy * below);
        }
      }
    }
  }

  private void labels(LabelMask truth, Window window, Batch batch, int index) {
    int cells = grid.cells();
    for (int row = 0; row < cells; row++) {
      int y = (int) Math.floor(window.y(grid.position(row)));
      for (int column = 0; column < cells; column++) {
        int x = (int) Math.floor(window.x(grid.position(column)));
        if (x < 0 || y < 0 || x >= truth.width() || y >= truth.height()) {
          continue;
        }
        int label = truth.label(y * truth.width() + x);
        if (label == voidLabel) {
          continue;
        }
        if (label >= classes) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid label: must be below %d or %d, got %d", classes, voidLabel, label));
        }
        int cell = row * cells + column;
        batch.labels[(index * classes + label) * cells * cells + cell] = 1;
        batch.weights[index * cells * cells + cell] = 1;
      }
    }
  }

  /** Room for a minibatch, all zero. */
  Batch batch() {
    return new Batch();
  }

  /** A minibatch in NCHW order. */
  final class Batch {
    final float[] features = new float[crops.batch() * 3 * crops.side() * crops.side()];
    final float[] labels = new float[crops.batch() * classes * grid.positions()];
    final float[] weights = new float[crops.batch() * grid.positions()];

    private Batch() {}

    /** Scales the weights so that the batch's loss is a mean over the positions with a label. */
    void balance() {
      int labelled = 0;
      for (float weight : weights) {
        labelled += weight > 0 ? 1 : 0;
      }
      float each = labelled == 0 ? 0 : (float) crops.batch() / labelled;
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= each;
      }
    }
  }
}
