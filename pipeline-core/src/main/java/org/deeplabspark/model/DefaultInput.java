package org.deeplabspark.model;

import java.util.Collections;
import java.util.List;
import org.deeplabspark.network.NetworkSpec;

/** What networks read where nothing else is said. */
public final class DefaultInput {

  private static final double MEAN = 127.5;

  /** 1 / 64, the usual deviation of photographs. */
  private static final double SCALE = 0.015625;

  /** Means of blue, green and red that the paper's networks were published with. */
  private static final List<Double> PUBLISHED_MEAN = List.of(104.008, 116.669, 122.675);

  private DefaultInput() {}

  /** Of a network trained from nothing: about zero mean and unit deviation. */
  public static ModelInput trained(NetworkSpec network) {
    return ModelInput.of(
        network, ChannelOrder.RGB, Collections.nCopies(3, MEAN), Collections.nCopies(3, SCALE));
  }

  /**
   * Of weights of other programs: as the paper's networks; {@code compact} is trained here only.
   */
  public static ModelInput published(NetworkSpec network) {
    return network.name().equals("compact")
        ? trained(network)
        : ModelInput.of(network, ChannelOrder.BGR, PUBLISHED_MEAN, List.of(1.0, 1.0, 1.0));
  }
}
