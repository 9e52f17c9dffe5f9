package org.deeplabspark.pass;

import java.util.Locale;
import java.util.Optional;
import org.deeplabspark.segment.Stage;

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

  /** A worker's stage; nothing for those that run beside it. */
  static Optional<Activity> of(Stage stage) {
    return switch (stage) {
      case DECODE -> Optional.of(DECODE);
      case INFER -> Optional.of(INFER);
      case CRF -> Optional.of(CRF);
      case ENCODE -> Optional.of(ENCODE);
      case READ, TRUTH -> Optional.empty();
    };
  }

  /** Lower case, as it stands in records and metrics. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
