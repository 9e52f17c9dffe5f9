package org.deeplabspark.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.LayerSpec.Relu;
import org.deeplabspark.network.LayerSpec.Sum;
import org.deeplabspark.tensor.AlignCorners;

/**
 * {@code compact}: a small DeepLab for CPUs, trained from nothing.
 *
 * <p>Three strided 3x3 convolutions down to stride 8, residual blocks of two 3x3 convolutions whose
 * rates double (1, 2, 4) instead of further strides, and the ASPP head of DeepLab v2: four atrous
 * 3x3 convolutions to the classes, summed. Strided convolutions stand in for pooling, so that every
 * engine agrees on the size: half of it, rounded up. With an output stride of 16 a pooling stands
 * before the second half of the blocks.
 */
final class CompactNetwork {

  static final String NAME = "compact";

  private static final int[] ASPP_RATES = {2, 4, 8, 12};

  private final List<LayerSpec> layers = new ArrayList<>();

  private CompactNetwork() {}

  static NetworkSpec of(int classes, int outputStride) {
    int step = outputStride / 8;
    CompactNetwork network = new CompactNetwork();
    String top = network.unit("stem1", NetworkSpec.INPUT, 3, 24, 2, 1);
    top = network.unit("stem2", top, 24, 48, 2, 1);
    top = network.block("block1", top, 48, 1);
    top = network.unit("stem3", top, 48, 96, 2, 1);
    top = network.block("block2", top, 96, 1);
    if (step > 1) {
      network.layers.add(new MaxPool("pool", top, 96, 3, step, 1));
      top = "pool";
    }
    top = network.block("block3", top, 96, 2 / step);
    top = network.block("block4", top, 96, 4 / step);
    List<String> branches = new ArrayList<>();
    for (int published : ASPP_RATES) {
      String name = "aspp.rate" + published;
      int rate = published / step;
      network.layers.add(new Convolution(name, top, 96, classes, 3, 1, rate, rate, true, true));
      branches.add(name);
    }
    network.layers.add(new Sum("logits", branches, classes));
    return new NetworkSpec(NAME, classes, outputStride, AlignCorners.NO, network.layers);
  }

  /** Convolution, batch normalisation, ReLU. */
  private String unit(String name, String input, int in, int out, int stride, int rate) {
    return relu(name, norm(name, input, in, out, stride, rate), out);
  }

  /** Two units at one rate round which the input is carried and added before the last ReLU. */
  private String block(String name, String input, int channels, int rate) {
    String first = unit(name + ".1", input, channels, channels, 1, rate);
    String second = norm(name + ".2", first, channels, channels, 1, rate);
    layers.add(new Sum(name + ".sum", List.of(input, second), channels));
    return relu(name, name + ".sum", channels);
  }

  private String norm(String name, String input, int in, int out, int stride, int rate) {
    layers.add(
        new Convolution(name + ".conv", input, in, out, 3, stride, rate, rate, false, false));
    layers.add(new BatchNorm(name + ".norm", name + ".conv", out, 1e-5));
    return name + ".norm";
  }

  private String relu(String name, String input, int channels) {
    layers.add(new Relu(name + ".relu", input, channels));
    return name + ".relu";
  }
}
