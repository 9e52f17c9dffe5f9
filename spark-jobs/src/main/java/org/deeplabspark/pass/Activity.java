package org.deeplabspark.pass;

import java.util.Locale;

/** What the threads of a task spend their time on. */
public enum Activity {
  /** Bytes from the store, by a thread of its own beside the others. */
  READ,
  /** Bytes to pixels. */
  DECODE,
  /** Pixels to probabilities, waiting for a turn on the device included. */
  INFER,
  /** Probabilities to marginals. */
  CRF,
  /** Mask to bytes. */
  ENCODE,
  /** Rows to the store, by the task's own thread beside the others. */
  WRITE,
  /** Workers without an image, and what no other activity accounts for. */
  IDLE;

  /** Lower case, as it stands in records and metrics. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
