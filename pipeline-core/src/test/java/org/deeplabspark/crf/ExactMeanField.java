package org.deeplabspark.crf;

import java.util.List;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;

/** Brute force: every pair of pixels, double precision, the exact kernel. */
final class ExactMeanField {

  private ExactMeanField() {}

  /** Marginals [labels][height * width]. */
  static double[] marginals(CrfSettings settings, RgbImage image, FeatureMap unary) {
    int labels = unary.channels();
    int pixels = unary.planeSize();
    double[] q = softmaxOfNegative(energies(unary), labels, pixels);
    for (int iteration = 0; iteration < settings.iterations(); iteration++) {
      double[] energy = energies(unary);
      for (PairwiseKernel kernel : settings.kernels()) {
        double[] message = filtered(kernel, image, q, labels);
        for (int label = 0; label < labels; label++) {
          for (int other = 0; other < labels; other++) {
            double weight = weight(kernel.compatibility(), label, other);
            for (int pixel = 0; pixel < pixels; pixel++) {
              energy[label * pixels + pixel] += weight * message[other * pixels + pixel];
            }
          }
        }
      }
      q = softmaxOfNegative(energy, labels, pixels);
    }
    return q;
  }

  private static double[] filtered(PairwiseKernel kernel, RgbImage image, double[] q, int labels) {
    int pixels = image.pixels();
    double[][] k = new double[pixels][pixels];
    double[] n = new double[pixels];
    for (int i = 0; i < pixels; i++) {
      for (int j = 0; j < pixels; j++) {
        k[i][j] = Math.exp(-0.5 * squaredDistance(kernel, image, i, j));
        n[i] += k[i][j];
      }
    }
    double[] message = new double[q.length];
    for (int label = 0; label < labels; label++) {
      for (int i = 0; i < pixels; i++) {
        double sum = 0;
        for (int j = 0; j < pixels; j++) {
          double before =
              switch (kernel.normalization()) {
                case BEFORE -> 1 / n[j];
                case SYMMETRIC -> 1 / Math.sqrt(n[j]);
                case NONE, AFTER -> 1;
              };
          sum += k[i][j] * before * q[label * pixels + j];
        }
        double after =
            switch (kernel.normalization()) {
              case AFTER -> 1 / n[i];
              case SYMMETRIC -> 1 / Math.sqrt(n[i]);
              case NONE, BEFORE -> 1;
            };
        message[label * pixels + i] = sum * after;
      }
    }
    return message;
  }

  private static double squaredDistance(PairwiseKernel kernel, RgbImage image, int i, int j) {
    int w = image.width();
    if (kernel instanceof PairwiseKernel.Gaussian g) {
      return square((i % w - j % w) / (double) g.xStd())
          + square((i / w - j / w) / (double) g.yStd());
    }
    PairwiseKernel.Bilateral b = (PairwiseKernel.Bilateral) kernel;
    return square((i % w - j % w) / (double) b.xStd())
        + square((i / w - j / w) / (double) b.yStd())
        + square(difference(image, i, j, 0) / b.redStd())
        + square(difference(image, i, j, 1) / b.greenStd())
        + square(difference(image, i, j, 2) / b.blueStd());
  }

  private static double difference(RgbImage image, int i, int j, int channel) {
    return (image.rgb()[3 * i + channel] & 0xff) - (image.rgb()[3 * j + channel] & 0xff);
  }

  private static double square(double x) {
    return x * x;
  }

  private static double weight(Compatibility compatibility, int label, int other) {
    if (compatibility instanceof Compatibility.Matrix m) {
      List<List<Float>> rows = m.rows();
      return 0.5 * (rows.get(label).get(other) + rows.get(other).get(label));
    }
    if (label != other) {
      return 0;
    }
    return compatibility instanceof Compatibility.Potts potts
        ? -potts.weight()
        : ((Compatibility.Diagonal) compatibility).weights().get(label);
  }

  private static double[] energies(FeatureMap unary) {
    double[] energies = new double[unary.values().length];
    for (int i = 0; i < energies.length; i++) {
      energies[i] = unary.values()[i];
    }
    return energies;
  }

  private static double[] softmaxOfNegative(double[] energies, int labels, int pixels) {
    double[] q = new double[energies.length];
    for (int pixel = 0; pixel < pixels; pixel++) {
      double smallest = Double.POSITIVE_INFINITY;
      for (int label = 0; label < labels; label++) {
        smallest = Math.min(smallest, energies[label * pixels + pixel]);
      }
      double sum = 0;
      for (int label = 0; label < labels; label++) {
        sum += Math.exp(smallest - energies[label * pixels + pixel]);
      }
      for (int label = 0; label < labels; label++) {
        q[label * pixels + pixel] = Math.exp(smallest - energies[label * pixels + pixel]) / sum;
      }
    }
    return q;
  }
}
