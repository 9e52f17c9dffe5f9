package org.deeplabspark.model;

/** Which library a model's weights are for. */
public enum EngineKind {
  /** ONNX Runtime; weights in an {@code .onnx} file. */
  ONNX("model.onnx"),
  /** Deeplearning4j; weights in a {@code .zip} of its ModelSerializer. */
  DL4J("model.zip");

  private final String weightsFile;

  EngineKind(String weightsFile) {
    this.weightsFile = weightsFile;
  }

  /** What the weights file is called in a model directory that is written here. */
  public String weightsFile() {
    return weightsFile;
  }
}
