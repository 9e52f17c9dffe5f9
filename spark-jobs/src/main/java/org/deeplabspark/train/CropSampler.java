package org.deeplabspark.train;

import java.util.random.RandomGenerator;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.train.TrainOptions.Crops;

/**
 * Cuts random crops out of samples: scaled, flipped or not, normalised, with labels shrunk to the
 * score map by taking the label where each score stands.
 */
final class CropSampler {

  private final Crops crops;
  private final ScoreGrid grid;
  private final float[] classWeights;
  private final ModelInput input;

  /**
   * A sampler for a network.
   *
   * @param grid of the crops as the network gets them; a crop is shrunk where this is smaller
   * @param classWeights what a position of each class weighs in the loss
   * @param input what the network does to pixel values
   */
  CropSampler(Crops crops, ScoreGrid grid, float[] classWeights, ModelInput input) {
    this.crops = crops;
    this.grid = grid;
    this.classWeights = classWeights;
    this.input = input;
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
    int side = grid.side();
    pixels(sample.image(), window, batch.features, index * 3 * side * side);
    labels(sample.truth(), window, batch, index);
  }

  private Window window(RgbImage image, RandomGenerator random) {
    double scale = crops.minScale() + random.nextDouble() * (crops.maxScale() - crops.minScale());
    double spareX = image.width() * scale - crops.side();
    double spareY = image.height() * scale - crops.side();
    double shrink = (double) grid.side() / crops.side();
    // An image smaller than the crop lies anywhere within it.
    return new Window(
        scale * shrink,
        spareX * random.nextDouble() * shrink,
        spareY * random.nextDouble() * shrink,
        random.nextBoolean(),
        grid.side());
  }

  private void pixels(RgbImage image, Window window, float[] features, int at) {
    int side = grid.side();
    for (int plane = 0; plane < 3; plane++) {
      int channel = input.channelOrder() == ChannelOrder.RGB ? plane : 2 - plane;
      double mean = input.mean().get(plane);
      double scale = input.scale().get(plane);
      double beyond = input.pad().get(plane);
      for (int row = 0; row < side; row++) {
        double y = window.y(row + 0.5);
        int to = at + (plane * side + row) * side;
        for (int column = 0; column < side; column++) {
          double value = pixel(image, channel, window.x(column + 0.5), y, beyond);
          features[to + column] = (float) ((value - mean) * scale);
        }
      }
    }
  }

  /** Bilinear; x and y as wide as the image, with pixel centres at halves. */
  private static double pixel(RgbImage image, int channel, double x, double y, double beyond) {
    int width = image.width();
    int height = image.height();
    if (x < 0 || y < 0 || x >= width || y >= height) {
      return beyond;
    }
    byte[] rgb = image.rgb();
    double u = Math.max(0, Math.min(width - 1, x - 0.5));
    double v = Math.max(0, Math.min(height - 1, y - 0.5));
    int left = 3 * (int) u + channel;
    int right = 3 * Math.min(width - 1, (int) u + 1) + channel;
    int top = 3 * width * (int) v;
    int bottom = 3 * width * Math.min(height - 1, (int) v + 1);
    double fx = u - (int) u;
    double fy = v - (int) v;
    double above = (1 - fx) * (rgb[top + left] & 0xff) + fx * (rgb[top + right] & 0xff);
    double below = (1 - fx) * (rgb[bottom + left] & 0xff) + fx * (rgb[bottom + right] & 0xff);
    return (1 - fy) * above + fy * below;
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
        if (label == LabelMask.VOID) {
          continue;
        }
        int cell = row * cells + column;
        batch.labels[(index * classWeights.length + label) * cells * cells + cell] = 1;
        batch.weights[index * cells * cells + cell] = classWeights[label];
      }
    }
  }

  /** Room for a minibatch, all zero. */
  Batch batch() {
    return new Batch();
  }

  /** A minibatch in NCHW order. */
  final class Batch {
    final float[] features = new float[crops.batch() * 3 * grid.side() * grid.side()];
    final float[] labels = new float[crops.batch() * classWeights.length * grid.positions()];
    final float[] weights = new float[crops.batch() * grid.positions()];

    private Batch() {}

    /** Whether no position weighs anything. */
    boolean isVoid() {
      for (float weight : weights) {
        if (weight > 0) {
          return false;
        }
      }
      return true;
    }

    /** Scales the weights so that the batch's loss is the weighted mean over the positions. */
    void balance() {
      double sum = 0;
      for (float weight : weights) {
        sum += weight;
      }
      double each = sum == 0 ? 0 : crops.batch() / sum;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (weights[i] * each);
      }
    }
  }
}
