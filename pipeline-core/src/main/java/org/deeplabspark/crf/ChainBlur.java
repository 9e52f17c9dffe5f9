package org.deeplabspark.crf;

/** Blurs chains of one length. */
interface ChainBlur {

  /**
   * Adds half of its neighbours' old values to each value, for the chains in [from, to) of a list.
   *
   * @param length vertices of each chain
   * @param scratch index in values of a vector that no other thread uses
   */
  void blur(float[] values, int[] chains, int length, int from, int to, int scratch);
}
