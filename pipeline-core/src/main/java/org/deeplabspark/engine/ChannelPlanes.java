package org.deeplabspark.engine;

import java.nio.FloatBuffer;

/** Sums and lines over the channels of dense NCHW arrays, plane by plane through a small array. */
final class ChannelPlanes {

  /** Sums that run side by side, so that one addition need not wait for the one before. */
  private static final int STRANDS = 8;

  private final int images;
  private final int channels;
  private final int plane;

  /** For arrays of a shape [n][channels][height][width]. */
  ChannelPlanes(long[] shape) {
    this.images = (int) shape[0];
    this.channels = (int) shape[1];
    this.plane = (int) (shape[2] * shape[3]);
  }

  /** Values that share a channel. */
  int valuesOfChannel() {
    return images * plane;
  }

  /** By channel: the sum of a, and of a * b. */
  double[][] sums(FloatBuffer a, FloatBuffer b) {
    double[][] sums = new double[channels][2];
    float[] x = new float[plane + STRANDS];
    float[] y = new float[plane + STRANDS];
    for (int image = 0; image < images; image++) {
      for (int channel = 0; channel < channels; channel++) {
        int from = (image * channels + channel) * plane;
        a.get(from, x, 0, plane);
        b.get(from, y, 0, plane);
        addSums(x, y, sums[channel]);
      }
    }
    return sums;
  }

  /** Rows of {@link #STRANDS}: places behind the plane are zero. */
  private void addSums(float[] x, float[] y, double[] sums) {
    double[] ofX = new double[STRANDS];
    double[] ofProduct = new double[STRANDS];
    for (int i = 0; i < plane; i += STRANDS) {
      for (int strand = 0; strand < STRANDS; strand++) {
        double value = x[i + strand];
        ofX[strand] += value;
        ofProduct[strand] += value * y[i + strand];
      }
    }
    for (int strand = 0; strand < STRANDS; strand++) {
      sums[0] += ofX[strand];
      sums[1] += ofProduct[strand];
    }
  }

  /** out = slope[c] * x + offset[c]. */
  void line(FloatBuffer x, float[] slope, float[] offset, FloatBuffer out) {
    float[] values = new float[plane];
    for (int image = 0; image < images; image++) {
      for (int channel = 0; channel < channels; channel++) {
        int at = (image * channels + channel) * plane;
        x.get(at, values, 0, plane);
        scale(values, slope[channel], offset[channel]);
        out.put(at, values, 0, plane);
      }
    }
  }

  private static void scale(float[] values, float slope, float offset) {
    for (int i = 0; i < values.length; i++) {
      values[i] = slope * values[i] + offset;
    }
  }

  /** out = p[c] * x + q[c] * y + r[c]. */
  void plane(FloatBuffer x, float[] p, FloatBuffer y, float[] q, float[] r, FloatBuffer out) {
    float[] first = new float[plane];
    float[] second = new float[plane];
    for (int image = 0; image < images; image++) {
      for (int channel = 0; channel < channels; channel++) {
        int at = (image * channels + channel) * plane;
        x.get(at, first, 0, plane);
        y.get(at, second, 0, plane);
        combine(first, p[channel], second, q[channel], r[channel]);
        out.put(at, first, 0, plane);
      }
    }
  }

  private static void combine(float[] x, float p, float[] y, float q, float r) {
    for (int i = 0; i < x.length; i++) {
      x[i] = p * x[i] + q * y[i] + r;
    }
  }
}
