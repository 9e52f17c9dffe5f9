package org.deeplabspark.train;

import java.util.Collections;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.network.NetworkSpec;

/** From pixel values to what networks trained here read: about zero mean and unit deviation. */
final class Normalization {

  /** Subtracted from each channel; also fills what lies beyond an image. */
  static final double MEAN = 127.5;

  /** Factor after that: 1 / 64, the usual deviation of photographs. */
  static final double SCALE = 0.015625;

  private Normalization() {}

  /** The same as a model card says it. */
  static ModelInput input(NetworkSpec network) {
    return ModelInput.of(
        network, ChannelOrder.RGB, Collections.nCopies(3, MEAN), Collections.nCopies(3, SCALE));
  }

  static float of(double value) {
    return (float) ((value - MEAN) * SCALE);
  }
}
