package org.deeplabspark.engine.dl4j;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/** Converts between NCHW arrays and the layouts that {@link ConvolutionGemm} multiplies. */
final class PaddedInput {

  private PaddedInput() {}

  /** Weights [O][C][k][k] to one matrix [O][C] per tap. */
  static void splitTaps(ConvolutionShape shape, FloatBuffer weights, FloatBuffer taps) {
    int count = shape.taps();
    int matrix = shape.outChannels() * shape.inChannels();
    for (int tap = 0; tap < count; tap++) {
      for (int i = 0; i < matrix; i++) {
        taps.put(tap * matrix + i, weights.get(i * count + tap));
      }
    }
  }

  /** The reverse of {@link #splitTaps}. */
  static void joinTaps(ConvolutionShape shape, FloatBuffer taps, FloatBuffer weights) {
    int count = shape.taps();
    int matrix = shape.outChannels() * shape.inChannels();
    for (int tap = 0; tap < count; tap++) {
      for (int i = 0; i < matrix; i++) {
        weights.put(i * count + tap, taps.get(tap * matrix + i));
      }
    }
  }

  /** One image into the padded, phase-split layout; the border is zero. */
  static void fill(ConvolutionShape shape, FloatBuffer images, int image, FloatPointer padded) {
    int stride = shape.stride();
    int width = shape.width();
    GemmScratch.zero(padded, shape.paddedLength());
    FloatBuffer target = padded.asBuffer();
    int from = image * shape.inChannels() * shape.height() * width;
    float[] row = new float[width];
    for (int channel = 0; channel < shape.inChannels(); channel++) {
      for (int y = 0; y < shape.height(); y++, from += width) {
        if (stride == 1) {
          target.put(at(shape, channel, y, 0), images, from, width);
          continue;
        }
        images.get(from, row, 0, width);
        for (int start = 0; start < Math.min(stride, width); start++) {
          int to = at(shape, channel, y, start);
          for (int x = start; x < width; x += stride) {
            target.put(to++, row[x]);
          }
        }
      }
    }
  }

  /** The reverse of {@link #fill}: the values at the image's own positions. */
  static void unpad(ConvolutionShape shape, FloatBuffer padded, FloatBuffer images, int image) {
    int stride = shape.stride();
    int width = shape.width();
    int to = image * shape.inChannels() * shape.height() * width;
    for (int channel = 0; channel < shape.inChannels(); channel++) {
      for (int y = 0; y < shape.height(); y++, to += width) {
        if (stride == 1) {
          images.put(to, padded, at(shape, channel, y, 0), width);
          continue;
        }
        for (int start = 0; start < Math.min(stride, width); start++) {
          int from = at(shape, channel, y, start);
          for (int x = start; x < width; x += stride) {
            images.put(to + x, padded.get(from++));
          }
        }
      }
    }
  }

  private static int at(ConvolutionShape shape, int channel, int y, int x) {
    int stride = shape.stride();
    int row = y + shape.pad();
    int column = x + shape.pad();
    int phase = row % stride * stride + column % stride;
    return (phase * shape.inChannels() + channel) * shape.phasePlane()
        + row / stride * shape.phaseWidth()
        + column / stride;
  }

  /** Spans to output rows; {@code bias} may be null. */
  static void narrow(
      ConvolutionShape shape, FloatBuffer wide, FloatBuffer bias, FloatBuffer out, int image) {
    int width = shape.outWidth();
    int to = image * shape.outChannels() * shape.outHeight() * width;
    float[] row = new float[width];
    for (int channel = 0; channel < shape.outChannels(); channel++) {
      int from = channel * shape.spanLength();
      for (int y = 0; y < shape.outHeight(); y++, to += width, from += shape.phaseWidth()) {
        if (bias == null) {
          out.put(to, wide, from, width);
          continue;
        }
        wide.get(from, row, 0, width);
        float offset = bias.get(channel);
        for (int x = 0; x < width; x++) {
          row[x] += offset;
        }
        out.put(to, row, 0, width);
      }
    }
  }

  /** Rows of a gradient to spans; the gaps are zero. */
  static void widen(ConvolutionShape shape, FloatBuffer deltas, int image, FloatPointer wide) {
    int width = shape.outWidth();
    GemmScratch.zero(wide, (long) shape.outChannels() * shape.spanLength());
    FloatBuffer target = wide.asBuffer();
    int from = image * shape.outChannels() * shape.outHeight() * width;
    for (int channel = 0; channel < shape.outChannels(); channel++) {
      int to = channel * shape.spanLength();
      for (int y = 0; y < shape.outHeight(); y++, from += width, to += shape.phaseWidth()) {
        target.put(to, deltas, from, width);
      }
    }
  }
}
