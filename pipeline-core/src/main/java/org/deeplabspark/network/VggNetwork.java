package org.deeplabspark.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.Dropout;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.LayerSpec.Relu;
import org.deeplabspark.network.LayerSpec.Sum;
import org.deeplabspark.tensor.AlignCorners;

/**
 * DeepLab v2 on VGG-16: thirteen 3x3 convolutions in five groups, the last two groups at the
 * resolution of the third with atrous rates, then a head of one branch (LargeFOV) or four (ASPP).
 *
 * @see <a href="https://arxiv.org/abs/1606.00915">DeepLab v2, sections 3.1 and 3.2</a>
 */
final class VggNetwork {

  private static final int[] CHANNELS = {64, 128, 256, 512, 512};
  private static final int[] CONVOLUTIONS = {2, 2, 3, 3, 3};
  private static final int HIDDEN = 1024;
  private static final double DROPPED = 0.5;

  private final List<LayerSpec> layers = new ArrayList<>();
  private final int step; // how much further than the published stride of 8

  private VggNetwork(int outputStride) {
    this.step = outputStride / 8;
  }

  /** One branch of rate 12. */
  static NetworkSpec largeFov(String name, int classes, int outputStride) {
    VggNetwork network = new VggNetwork(outputStride);
    network.branch("", network.body(), classes, 12);
    return new NetworkSpec(name, classes, outputStride, AlignCorners.YES, network.layers);
  }

  /** A branch a rate, summed. */
  static NetworkSpec aspp(String name, int classes, int outputStride, int... rates) {
    VggNetwork network = new VggNetwork(outputStride);
    String top = network.body();
    List<String> branches = new ArrayList<>();
    for (int i = 0; i < rates.length; i++) {
      branches.add(network.branch("_" + (i + 1), top, classes, rates[i]));
    }
    network.layers.add(new Sum("fc8", branches, classes));
    return new NetworkSpec(name, classes, outputStride, AlignCorners.YES, network.layers);
  }

  private String body() {
    String top = NetworkSpec.INPUT;
    int channels = NetworkSpec.INPUT_CHANNELS;
    for (int group = 1; group <= CHANNELS.length; group++) {
      int rate = group == 5 ? 2 / step : 1;
      for (int i = 1; i <= CONVOLUTIONS[group - 1]; i++) {
        top =
            convolution(
                "conv" + group + "_" + i, top, channels, CHANNELS[group - 1], 3, rate, false);
        channels = CHANNELS[group - 1];
        top = relu(top, channels);
      }
      int stride = group <= 3 ? 2 : group == 4 ? step : 1;
      layers.add(new MaxPool("pool" + group, top, channels, 3, stride, 1));
      top = "pool" + group;
    }
    return top;
  }

  private String branch(String suffix, String input, int classes, int rate) {
    String top = convolution("fc6" + suffix, input, CHANNELS[4], HIDDEN, 3, rate / step, false);
    top = dropout("fc6" + suffix, relu(top, HIDDEN));
    top = convolution("fc7" + suffix, top, HIDDEN, HIDDEN, 1, 1, false);
    top = dropout("fc7" + suffix, relu(top, HIDDEN));
    return convolution("fc8" + suffix, top, HIDDEN, classes, 1, 1, true);
  }

  private String convolution(
      String name, String input, int in, int out, int kernel, int rate, boolean classifier) {
    int pad = rate * (kernel / 2);
    layers.add(new Convolution(name, input, in, out, kernel, 1, pad, rate, true, classifier));
    return name;
  }

  private String relu(String input, int channels) {
    layers.add(new Relu(input + ".relu", input, channels));
    return input + ".relu";
  }

  private String dropout(String name, String input) {
    layers.add(new Dropout(name + ".dropout", input, HIDDEN, DROPPED));
    return name + ".dropout";
  }
}
