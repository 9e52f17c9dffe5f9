package org.deeplabspark.crf;

/** Blurs chains of one length. */
interface ChainBlur {

  /**
   * Each value gains half of its neighbours' old values, for chains one behind the other in [from,
   * to) of a list.
   *
   * @param length vertices of a chain
   * @param scratch in floats, a place in values that nobody else uses meanwhile
   */
  void blur(float[] values, int[] chains, int length, int from, int to, int scratch);
}
