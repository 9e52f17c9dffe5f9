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
 * DeepLab v2 on ResNet-101: stages of 3, 4, 23 and 3 bottlenecks, the last two with atrous rates in
 * place of strides, then one 3x3 convolution to the classes a rate, summed.
 *
 * <p>A stage's stride is that of its first 1x1 convolution and of its projection, as published.
 *
 * @see <a href="https://arxiv.org/abs/1606.00915">DeepLab v2, section 4.1.2</a>
 */
final class ResNetNetwork {

  private static final int[] BLOCKS = {3, 4, 23, 3};
  private static final double EPSILON = 1e-5;

  private final List<LayerSpec> layers = new ArrayList<>();

  private ResNetNetwork() {}

  static NetworkSpec of(String name, int classes, int outputStride, int... headRates) {
    ResNetNetwork network = new ResNetNetwork();
    int step = outputStride / 8;
    int[] strides = {1, 2, step, 1};
    int[] rates = {1, 1, 2 / step, 4 / step};
    String top = network.stem();
    int channels = 64;
    for (int stage = 0; stage < BLOCKS.length; stage++) {
      int inner = 64 << stage;
      for (int block = 0; block < BLOCKS[stage]; block++) {
        int stride = block == 0 ? strides[stage] : 1;
        String prefix = (stage + 2) + blockName(block, BLOCKS[stage]);
        top = network.bottleneck(prefix, top, channels, inner, stride, rates[stage]);
        channels = 4 * inner;
      }
    }
    network.head(top, channels, classes, step, headRates);
    return new NetworkSpec(name, classes, outputStride, AlignCorners.YES, network.layers);
  }

  /** Published names: a, b, c; in stages of more than three blocks a, b1, b2, ... */
  private static String blockName(int block, int blocks) {
    if (blocks > 3) {
      return block == 0 ? "a" : "b" + block;
    }
    return String.valueOf((char) ('a' + block));
  }

  private String stem() {
    layers.add(new Convolution("conv1", NetworkSpec.INPUT, 3, 64, 7, 2, 3, 1, false, false));
    layers.add(new BatchNorm("bn_conv1", "conv1", 64, EPSILON));
    layers.add(new Relu("conv1.relu", "bn_conv1", 64));
    layers.add(new MaxPool("pool1", "conv1.relu", 64, 3, 2, 1));
    return "pool1";
  }

  private String bottleneck(String prefix, String input, int in, int inner, int stride, int rate) {
    int out = 4 * inner;
    String carried = input;
    if (in != out) {
      carried = norm(prefix + "_branch1", input, in, out, 1, stride, 1);
    }
    String top = relu(norm(prefix + "_branch2a", input, in, inner, 1, stride, 1), inner);
    top = relu(norm(prefix + "_branch2b", top, inner, inner, 3, 1, rate), inner);
    top = norm(prefix + "_branch2c", top, inner, out, 1, 1, 1);
    String sum = "res" + prefix;
    layers.add(new Sum(sum, List.of(carried, top), out));
    return relu(sum, out);
  }

  /** Convolution {@code res...} and the normalisation {@code bn...} after it. */
  private String norm(
      String name, String input, int in, int out, int kernel, int stride, int rate) {
    int pad = rate * (kernel / 2);
    layers.add(
        new Convolution("res" + name, input, in, out, kernel, stride, pad, rate, false, false));
    layers.add(new BatchNorm("bn" + name, "res" + name, out, EPSILON));
    return "bn" + name;
  }

  private String relu(String input, int channels) {
    layers.add(new Relu(input + ".relu", input, channels));
    return input + ".relu";
  }

  private void head(String input, int channels, int classes, int step, int... rates) {
    List<String> branches = new ArrayList<>();
    for (int i = 0; i < rates.length; i++) {
      String name = rates.length == 1 ? "fc1" : "fc1_c" + i;
      int rate = rates[i] / step;
      layers.add(new Convolution(name, input, channels, classes, 3, 1, rate, rate, true, true));
      branches.add(name);
    }
    if (rates.length > 1) {
      layers.add(new Sum("fc1", branches, classes));
    }
  }
}
