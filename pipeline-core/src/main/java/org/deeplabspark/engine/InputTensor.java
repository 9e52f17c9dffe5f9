package org.deeplabspark.engine;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.model.ScaleFilter;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.Resampling;

/** A photograph as a network's input: scaled, padded, (v - mean) * scale, in the card's order. */
final class InputTensor {

  private final ModelInput input;

  InputTensor(ModelInput input) {
    this.input = input;
  }

  /**
   * Fills a buffer from its start.
   *
   * @param target holds at least 3 * inputHeight * inputWidth floats
   */
  void write(RgbImage photo, Letterbox letterbox, FloatBuffer target) {
    write(photo, letterbox, input.layout(), target);
  }

  /** The same input as three planes, whatever the card's layout. */
  FeatureMap planar(RgbImage photo, Letterbox letterbox) {
    FeatureMap planes = FeatureMap.zeros(3, letterbox.inputHeight(), letterbox.inputWidth());
    write(photo, letterbox, TensorLayout.NCHW, FloatBuffer.wrap(planes.values()));
    return planes;
  }

  /** Fills a buffer from three planes. */
  void write(FeatureMap planes, FloatBuffer target) {
    int size = planes.planeSize();
    float[] line = new float[planes.width()];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < planes.height(); y++) {
        System.arraycopy(planes.values(), channel * size + y * line.length, line, 0, line.length);
        put(line, channel, y, planes.height(), input.layout(), target);
      }
    }
  }

  /** Copies three planes to the top left of larger ones; the rest is padding. */
  FeatureMap padded(FeatureMap planes, int height, int width) {
    FeatureMap larger = FeatureMap.zeros(3, height, width);
    for (int channel = 0; channel < 3; channel++) {
      int to = channel * larger.planeSize();
      Arrays.fill(larger.values(), to, to + larger.planeSize(), pad(channel));
      for (int y = 0; y < planes.height(); y++) {
        System.arraycopy(
            planes.values(),
            channel * planes.planeSize() + y * planes.width(),
            larger.values(),
            to + y * width,
            planes.width());
      }
    }
    return larger;
  }

  private float pad(int channel) {
    float mean = input.mean().get(channel).floatValue();
    return (input.pad().get(channel).floatValue() - mean) * input.scale().get(channel).floatValue();
  }

  private void write(RgbImage photo, Letterbox letterbox, TensorLayout layout, FloatBuffer target) {
    Resampling rows = axis(letterbox.photoHeight(), letterbox.height());
    Resampling columns = axis(letterbox.photoWidth(), letterbox.width());
    float[] plane = new float[letterbox.height() * letterbox.width()];
    float[] line = new float[letterbox.inputWidth()];
    for (int channel = 0; channel < 3; channel++) {
      int color = input.channelOrder() == ChannelOrder.RGB ? channel : 2 - channel;
      scale(photo, color, rows, columns, plane);
      float mean = input.mean().get(channel).floatValue();
      float scale = input.scale().get(channel).floatValue();
      float pad = pad(channel);
      for (int y = 0; y < letterbox.inputHeight(); y++) {
        int inside = y < letterbox.height() ? letterbox.width() : 0;
        for (int x = 0; x < inside; x++) {
          line[x] = (plane[y * letterbox.width() + x] - mean) * scale;
        }
        Arrays.fill(line, inside, line.length, pad);
        put(line, channel, y, letterbox.inputHeight(), layout, target);
      }
    }
  }

  private static void put(
      float[] line, int channel, int y, int height, TensorLayout layout, FloatBuffer target) {
    int width = line.length;
    if (layout == TensorLayout.NCHW) {
      target.put((channel * height + y) * width, line);
      return;
    }
    int at = 3 * y * width + channel;
    for (int x = 0; x < width; x++, at += 3) {
      target.put(at, line[x]);
    }
  }

  private Resampling axis(int photo, int part) {
    return plain()
        ? Resampling.bilinear(photo, part, AlignCorners.NO)
        : Resampling.antialiased(photo, part);
  }

  private boolean plain() {
    return input.size() instanceof SizePolicy.Fixed fixed && fixed.filter() == ScaleFilter.BILINEAR;
  }

  /**
   * One colour, scaled and rounded to whole pixel values, as networks meet them in Python: Pillow
   * rounds after each of the two passes, OpenCV after both.
   */
  private void scale(
      RgbImage photo, int color, Resampling rows, Resampling columns, float[] plane) {
    int width = columns.targetLength();
    if (rows.targetLength() == photo.height() && width == photo.width()) {
      for (int i = 0; i < plane.length; i++) {
        plane[i] = photo.rgb()[3 * i + color] & 0xff;
      }
      return;
    }
    boolean roundTwice = !plain();
    float[] narrow = new float[photo.height() * width];
    for (int y = 0; y < photo.height(); y++) {
      int row = 3 * y * photo.width() + color;
      for (int x = 0; x < width; x++) {
        int at = row + 3 * columns.first(x);
        float sum = 0;
        for (int t = 0; t < columns.taps(); t++) {
          sum += columns.weight(x, t) * (photo.rgb()[at + 3 * t] & 0xff);
        }
        narrow[y * width + x] = roundTwice ? (int) (sum + 0.5f) : sum;
      }
    }
    Arrays.fill(plane, 0);
    for (int y = 0; y < rows.targetLength(); y++) {
      for (int t = 0; t < rows.taps(); t++) {
        float weight = rows.weight(y, t);
        int from = (rows.first(y) + t) * width;
        for (int x = 0; x < width; x++) {
          plane[y * width + x] += weight * narrow[from + x];
        }
      }
      for (int x = 0; x < width; x++) {
        plane[y * width + x] = (int) (plane[y * width + x] + 0.5f);
      }
    }
  }
}
