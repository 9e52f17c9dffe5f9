package org.deeplabspark.tensor;

/** What a network's output means. */
public enum OutputKind {
  /** Scores whose softmax are the probabilities. */
  LOGITS,
  /** Probabilities that sum to 1 over the classes. */
  PROBABILITIES
}
