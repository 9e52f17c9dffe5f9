package org.deeplabspark.crf;

import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Mean-field inference in a fully connected conditional random field.
 *
 * <p>Q starts as softmax(-U); each iteration sets Q to softmax(-U - sum over k of C_k(K_k Q)),
 * where K_k is a kernel's filter with its normalisation and C_k its compatibility. There is no
 * damping and no test for convergence. The filter is the permutohedral lattice's approximation, as
 * in the reference implementation.
 *
 * <p>Not thread-safe: one instance a thread.
 */
public final class DenseCrf {

  private static final float NORM_FLOOR = 1e-20f;

  private final CrfSettings settings;

  /**
   * A CRF with these settings.
   *
   * @param settings what to run with
   */
  public DenseCrf(CrfSettings settings) {
    this.settings = settings;
  }

  /**
   * Marginal probabilities of each label at each pixel.
   *
   * @param image the photograph
   * @param unary energies -ln p in nats, [labels][height * width], finite, of the image's size; not
   *     changed
   * @return a new map of the unary's shape whose channels sum to 1 at each pixel; the mask is its
   *     {@link FeatureMap#argMax()}
   * @throws IllegalArgumentException if the sizes differ, a score is NaN or infinite, there are
   *     more labels than a {@link LabelMask} has ids, or a compatibility is of another number of
   *     labels
   */
  public FeatureMap marginals(RgbImage image, FeatureMap unary) {
    check(image, unary);
    int labels = unary.channels();
    int pixels = unary.planeSize();
    float[] energies = interleave(unary);
    float[] q = new float[energies.length];
    softmaxOfNegative(energies, q, labels);
    int kernels = settings.kernels().size();
    Lattice[] lattices = new Lattice[kernels];
    float[][] norms = new float[kernels][];
    for (int k = 0; k < kernels; k++) {
      PairwiseKernel kernel = settings.kernels().get(k);
      lattices[k] = new Lattice(Features.of(kernel, image));
      norms[k] = norm(lattices[k], kernel.normalization());
    }
    float[] total = new float[q.length];
    float[] in = new float[q.length];
    float[] message = new float[q.length];
    for (int iteration = 0; iteration < settings.iterations(); iteration++) {
      System.arraycopy(energies, 0, total, 0, total.length);
      for (int k = 0; k < kernels; k++) {
        PairwiseKernel kernel = settings.kernels().get(k);
        Normalization n = kernel.normalization();
        System.arraycopy(q, 0, in, 0, q.length);
        if (n == Normalization.BEFORE || n == Normalization.SYMMETRIC) {
          scale(in, norms[k], labels);
        }
        lattices[k].filter(in, message, labels);
        if (n == Normalization.AFTER || n == Normalization.SYMMETRIC) {
          scale(message, norms[k], labels);
        }
        addEnergy(kernel.compatibility(), message, total, labels);
      }
      softmaxOfNegative(total, q, labels);
    }
    FeatureMap marginals = FeatureMap.zeros(labels, unary.height(), unary.width());
    for (int label = 0; label < labels; label++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        marginals.values()[label * pixels + pixel] = q[pixel * labels + label];
      }
    }
    return marginals;
  }

  private void check(RgbImage image, FeatureMap unary) {
    if (unary.width() != image.width() || unary.height() != image.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid unary: must be of the image's size %d x %d, got %d x %d",
              image.width(), image.height(), unary.width(), unary.height()));
    }
    if (unary.channels() > LabelMask.VOID) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid unary: at most %d labels, got %d", LabelMask.VOID, unary.channels()));
    }
    for (int i = 0; i < unary.values().length; i++) {
      if (!Float.isFinite(unary.values()[i])) {
        int pixel = i % unary.planeSize();
        throw new IllegalArgumentException(
            String.format(
                "Invalid unary: scores must be finite, got %s for label %d at (%d, %d)",
                unary.values()[i],
                i / unary.planeSize(),
                pixel % unary.width(),
                pixel / unary.width()));
      }
    }
    for (PairwiseKernel kernel : settings.kernels()) {
      int labels = unary.channels();
      if (kernel.compatibility() instanceof Compatibility.Diagonal c) {
        labels = c.weights().size();
      } else if (kernel.compatibility() instanceof Compatibility.Matrix c) {
        labels = c.rows().size();
      }
      if (labels != unary.channels()) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid compatibility: must be for %d labels, got %d", unary.channels(), labels));
      }
    }
  }

  private static float[] norm(Lattice lattice, Normalization normalization) {
    float[] norm = lattice.onesResponse();
    for (int pixel = 0; pixel < norm.length; pixel++) {
      float response = norm[pixel] + NORM_FLOOR;
      norm[pixel] =
          normalization == Normalization.SYMMETRIC
              ? (float) (1 / Math.sqrt(response))
              : 1 / response;
    }
    return norm;
  }

  private static float[] interleave(FeatureMap map) {
    int labels = map.channels();
    int pixels = map.planeSize();
    float[] values = new float[map.values().length];
    for (int label = 0; label < labels; label++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        values[pixel * labels + label] = map.values()[label * pixels + pixel];
      }
    }
    return values;
  }

  private static void scale(float[] values, float[] factors, int labels) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i / labels];
    }
  }

  private static void addEnergy(Compatibility c, float[] message, float[] total, int labels) {
    if (c instanceof Compatibility.Potts potts) {
      for (int i = 0; i < total.length; i++) {
        total[i] -= potts.weight() * message[i];
      }
    } else if (c instanceof Compatibility.Diagonal diagonal) {
      for (int i = 0; i < total.length; i++) {
        total[i] += diagonal.weights().get(i % labels) * message[i];
      }
    } else if (c instanceof Compatibility.Matrix matrix) {
      for (int i = 0; i < total.length; i++) {
        int label = i % labels;
        for (int other = 0; other < labels; other++) {
          float weight =
              0.5f * (matrix.rows().get(label).get(other) + matrix.rows().get(other).get(label));
          total[i] += weight * message[i - label + other];
        }
      }
    }
  }

  private static void softmaxOfNegative(float[] energies, float[] q, int labels) {
    for (int start = 0; start < q.length; start += labels) {
      float smallest = Float.POSITIVE_INFINITY;
      for (int label = 0; label < labels; label++) {
        smallest = Math.min(smallest, energies[start + label]);
      }
      float sum = 0;
      for (int label = 0; label < labels; label++) {
        q[start + label] = (float) Math.exp(smallest - energies[start + label]);
        sum += q[start + label];
      }
      for (int label = 0; label < labels; label++) {
        q[start + label] /= sum;
      }
    }
  }
}
