package org.deeplabspark.model;

/** Order in which a network takes the colours. */
public enum ChannelOrder {
  /** Red first. */
  RGB,
  /** Blue first, as networks trained with Caffe or OpenCV want it. */
  BGR
}
