package org.deeplabspark.segment;

/** A step of an image's way, in order; what failed is told by it. */
public enum Stage {
  /** Bytes from the store. */
  READ,
  /** Bytes to pixels. */
  DECODE,
  /** Pixels to probabilities. */
  INFER,
  /** Probabilities to marginals. */
  CRF,
  /** Mask to bytes. */
  ENCODE,
  /** Its ground truth, to compare with. */
  TRUTH
}
