package org.deeplabspark.model;

/** Which library a model's weights are for. */
public enum EngineKind {
  /** ONNX Runtime; weights in an {@code .onnx} file. */
  ONNX,
  /** Deeplearning4j; weights in a {@code .zip} of its ModelSerializer. */
  DL4J
}
