package org.deeplabspark.engine.dl4j;

import java.nio.FloatBuffer;

/** Sums and affine maps of the channels of dense NCHW arrays, one plane at a time. */
final class ChannelPlanes {

  /** Independent partial sums, so that additions overlap. */
  private static final int LANES = 8;

  private final int images;
  private final int channels;
  private final int plane;

  /** For arrays of shape [n][channels][height][width]. */
  ChannelPlanes(long[] shape) {
    this.images = (int) shape[0];
    this.channels = (int) shape[1];
    this.plane = (int) (shape[2] * shape[3]);
  }

  /** Values of one channel in all images. */
  int valuesOfChannel() {
    return images * plane;
  }

  /** Per channel, the sum of a and the sum of a * b. */
  double[][] sums(FloatBuffer a, FloatBuffer b) {
    double[][] sums = new double[channels][2];
    float[] x = new float[plane + LANES];
    float[] y = new float[plane + LANES];
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

  /** Reads whole groups of {@link #LANES}: values behind the plane are zero. */
  private void addSums(float[] x, float[] y, double[] sums) {
    double[] ofX = new double[LANES];
    double[] ofProduct = new double[LANES];
    for (int i = 0; i < plane; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        double value = x[i + lane];
        ofX[lane] += value;
        ofProduct[lane] += value * y[i + lane];
      }
    }
    for (int lane = 0; lane < LANES; lane++) {
      sums[0] += ofX[lane];
      sums[1] += ofProduct[lane];
    }
  }

  /** out = slope[c] * x + offset[c]. */
  void affine(FloatBuffer x, float[] slope, float[] offset, FloatBuffer out) {
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
  void affine(FloatBuffer x, float[] p, FloatBuffer y, float[] q, float[] r, FloatBuffer out) {
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
