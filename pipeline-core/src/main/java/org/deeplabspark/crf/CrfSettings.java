package org.deeplabspark.crf;

import java.io.Serializable;
import java.util.List;

/**
 * Settings of a dense CRF.
 *
 * <p><b>Retirement.</b> Under Potts compatibilities with weights w_k, the message that a label gets
 * is at most W q, where q is its largest marginal over the image and W = sum of w_k c_k, c_k the
 * largest response of kernel k's normalised filter to ones (W is about 8.5 for {@link #deepLabV2}).
 * A label whose largest marginal is at most tau = retireBelow stops sending: its energy keeps the
 * unary alone and it stays in the softmax. Leaving out messages of at most W tau changes a retired
 * label's marginal by at most tau (exp(W tau) - 1) in an iteration, and a live one's by at most rho
 * (exp(W tau) - 1), where rho is the retired labels' share of a pixel. The largest rho of the image
 * is followed: above 5 tau (or twice what it was when last looked at) labels whose own marginals
 * exceed tau come back with them. Labels retire only where that saves lanes of a vector. With a
 * weight below 0, a compatibility that is not Potts, or W tau above 0.05 none retires.
 *
 * @param iterations mean-field iterations, at least 0; there is no convergence test
 * @param kernels pairwise terms in the order in which they are added; may be empty
 * @param retireBelow tau above, in [0, 1); 0 keeps every label. With the default marginals of
 *     photographs stay within 5e-5 of those without
 * @param threads threads for one image, at least 1; the result does not depend on it
 */
public record CrfSettings(
    int iterations, List<PairwiseKernel> kernels, float retireBelow, int threads)
    implements Serializable {

  /** Default of {@link #retireBelow}. */
  public static final float DEFAULT_RETIRE_BELOW = 1e-3f;

  /**
   * Copies the list and checks the numbers.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public CrfSettings {
    kernels = List.copyOf(kernels);
    if (iterations < 0) {
      throw new IllegalArgumentException(
          "Invalid CRF settings: iterations must be at least 0, got " + iterations);
    }
    if (!(retireBelow >= 0 && retireBelow < 1)) {
      throw new IllegalArgumentException(
          "Invalid CRF settings: retireBelow must be in [0, 1), got " + retireBelow);
    }
    if (threads < 1) {
      throw new IllegalArgumentException(
          "Invalid CRF settings: threads must be at least 1, got " + threads);
    }
  }

  /**
   * Whether labels may retire, W tau is small enough.
   *
   * @param reach W above
   */
  public boolean mayRetire(float reach) {
    return retireBelow > 0 && reach * retireBelow <= Retirement.LARGEST_INFLUENCE;
  }

  /** Share of a pixel above which labels that have retired are looked at again. */
  public float retirementAlarm() {
    return Retirement.ALARM * retireBelow;
  }

  /** A copy with another number of threads, at least 1. */
  public CrfSettings onThreads(int count) {
    return new CrfSettings(iterations, kernels, retireBelow, count);
  }

  /**
   * The parameters published with DeepLab v2 for VOC 2012: 10 iterations, gaussian weight 3 and xy
   * std 1, bilateral weight 4, xy std 67, rgb std 3; symmetric normalisation, one thread.
   */
  public static CrfSettings deepLabV2() {
    return new CrfSettings(
        10,
        List.of(
            new PairwiseKernel.Gaussian(1, 1, new Compatibility.Potts(3), Normalization.SYMMETRIC),
            new PairwiseKernel.Bilateral(
                67, 67, 3, 3, 3, new Compatibility.Potts(4), Normalization.SYMMETRIC)),
        DEFAULT_RETIRE_BELOW,
        1);
  }
}
