package org.deeplabspark.train;

import java.util.Collections;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.network.NetworkSpec;

/** What a network trained from nothing reads: about zero mean and unit deviation. */
final class Normalization {

  private static final double MEAN = 127.5;

  /** 1 / 64, the usual deviation of photographs. */
  private static final double SCALE = 0.015625;

  private Normalization() {}

  static ModelInput input(NetworkSpec network) {
    return ModelInput.of(
        network, ChannelOrder.RGB, Collections.nCopies(3, MEAN), Collections.nCopies(3, SCALE));
  }
}
