package org.deeplabspark.segment;

/** A step from an image's bytes to its mask, in order. */
public enum Stage {
  /** Bytes from the store. */
  READ,
  /** Bytes to pixels. */
  DECODE,
  /** Pixels to the network's scores; without CRF to labels. */
  INFER,
  /** Scores to labels. */
  CRF,
  /** Mask to bytes. */
  ENCODE,
  /** Its ground truth, to compare with. */
  TRUTH
}
