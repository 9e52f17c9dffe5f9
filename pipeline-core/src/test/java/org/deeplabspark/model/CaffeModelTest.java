package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CaffeModelTest {

  private static final byte[] FILE =
      TensorFiles.caffe(
          Map.of("conv1.0", TensorFiles.tensor("F32", new float[] {1, 2, 3, 4}, 2, 2, 1, 1)));

  @Test
  void blobsAreCalledByTheirLayerAndNumber() {
    StoredTensor tensor = WeightsFile.read("t", FILE).tensors().get(0);
    assertThat(tensor.name()).isEqualTo("conv1.0");
    assertThat(tensor.shape()).containsExactly(2L, 2L, 1L, 1L);
    assertThat(tensor.numbers().get()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void layersOfAnEarlyCaffeAreRefusedWithWhatToDo() {
    byte[] early = {1 << 3 | 2, 1, 'n', 2 << 3 | 2, 0};
    assertThatThrownBy(() -> WeightsFile.read("t", early))
        .hasMessageEndingWith("convert it with Caffe's upgrade_net_proto_binary");
  }

  @Test
  void damagedFilesEndInOneLine() {
    Random random = new Random(6);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = Arrays.copyOf(FILE, i % 2 == 0 ? FILE.length : random.nextInt(FILE.length));
      for (int n = 0; n < 1 + i % 3 && damaged.length > 1; n++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        WeightsFile.read("t", damaged).tensors().stream()
            .filter(tensor -> tensor.length() < 100)
            .forEach(tensor -> assertThat(tensor.numbers().get()).isNotNull());
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).startsWith("Invalid ");
      }
    }
  }
}
