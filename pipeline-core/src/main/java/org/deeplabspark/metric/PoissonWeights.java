package org.deeplabspark.metric;

/**
 * How often each resample draws one image: independent Poisson(1) numbers that depend on seed,
 * image and resample alone.
 */
final class PoissonWeights {

  /** Upper ends of the cumulative probabilities of 0, 1, 2, ... in units of 2^-32. */
  private static final long[] CUMULATIVE = cumulative();

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private PoissonWeights() {}

  private static long[] cumulative() {
    // Beyond 12 nothing is left at this resolution.
    long[] ends = new long[13];
    double term = Math.exp(-1);
    double sum = 0;
    for (int k = 0; k < ends.length; k++) {
      sum += term;
      ends[k] = Math.round(sum * 0x1p32);
      term /= k + 1;
    }
    ends[ends.length - 1] = 1L << 32;
    return ends;
  }

  /** Fills in the weights of one image, resample by resample. */
  static void fill(double[] weights, long seed, long imageKey) {
    long state = mix(mix(seed) + imageKey);
    for (int r = 0; r < weights.length; ) {
      state += GOLDEN;
      long bits = mix(state);
      weights[r++] = poisson(bits >>> 32);
      if (r < weights.length) {
        weights[r++] = poisson(bits & 0xffffffffL);
      }
    }
  }

  private static int poisson(long uniform) {
    int k = 0;
    while (uniform >= CUMULATIVE[k]) {
      k++;
    }
    return k;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A key of an image id: 64-bit FNV-1a of its UTF-16 units. */
  static long key(String imageId) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < imageId.length(); i++) {
      hash = (hash ^ imageId.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
