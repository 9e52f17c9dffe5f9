package org.deeplabspark.model;

/** Order of a network's dimensions. */
public enum TensorLayout {
  /** Batch, channels, rows, columns: PyTorch, Caffe, DL4J. */
  NCHW,
  /** Batch, rows, columns, channels: TensorFlow. */
  NHWC
}
