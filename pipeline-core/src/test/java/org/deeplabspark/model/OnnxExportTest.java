package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplabspark.tensor.AlignCorners;
import org.junit.jupiter.api.Test;

final class OnnxExportTest {

  @Test
  void equalParametersGiveEqualFilesBelowThreeMegabytes() {
    NetworkSpec network = NetworkSpec.named("compact", 11);
    byte[] file = OnnxExport.write(network, new Checkpoint(network, ones(network)));
    assertThat(OnnxExport.write(network, new Checkpoint(network, ones(network)))).isEqualTo(file);
    assertThat(file.length).isLessThan(3_000_000);
  }

  @Test
  void aNormalisationThatReadsTheInputCannotBeFolded() {
    NetworkSpec network =
        new NetworkSpec(
            "odd",
            3,
            1,
            AlignCorners.NO,
            List.of(new BatchNorm("norm", NetworkSpec.INPUT, 3, 1e-5)));
    Checkpoint checkpoint = new Checkpoint(network, ones(network));
    assertThatThrownBy(() -> FoldedNetwork.of(network, checkpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid network: norm cannot be folded into a convolution");
  }

  @Test
  void checkpointsNameAllThatIsWrongAtOnce() {
    NetworkSpec network = NetworkSpec.named("compact", 3);
    Map<String, float[]> values = ones(network);
    values.remove("stem1.norm.bias");
    values.put("logits.weight", new float[1]);
    values.put("aspp.rate2.bias", new float[4]);
    assertThatThrownBy(() -> new Checkpoint(network, values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid parameters for compact: missing stem1.norm.bias; aspp.rate2.bias has 4 values"
                + " for shape [3]; unknown logits.weight");
  }

  private static Map<String, float[]> ones(NetworkSpec network) {
    Map<String, float[]> values = new HashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      float[] array = new float[parameter.length()];
      Arrays.fill(array, 1);
      values.put(parameter.name(), array);
    }
    return values;
  }
}
