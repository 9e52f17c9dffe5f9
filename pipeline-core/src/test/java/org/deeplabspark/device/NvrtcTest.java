package org.deeplabspark.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** NVIDIA's compiler takes the kernels, also where there is no GPU. */
class NvrtcTest {

  private static final List<Integer> CAPABILITIES = List.of(75, 90);

  private Nvrtc nvrtc;

  @BeforeEach
  void open() {
    try {
      nvrtc = Nvrtc.open();
    } catch (DeviceException e) {
      Assumptions.abort(e.getMessage());
    }
  }

  private static String source(String... files) throws IOException {
    StringBuilder source = new StringBuilder();
    for (String file : files) {
      try (InputStream text =
          NvrtcTest.class.getResourceAsStream("/org/deeplabspark/crf/device/" + file)) {
        source.append(new String(text.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return source.toString();
  }

  @Test
  void allKernelsCompile() throws IOException {
    for (int capability : CAPABILITIES) {
      assertCompiles(source("integers.cl"), Map.of("GROUP", 256), capability);
      for (int quads : new int[] {1, 6, 64}) {
        Map<String, Integer> constants = new HashMap<>(Map.of("GROUP", 256, "QUADS", quads));
        assertCompiles(source("softmax.cl", "labels.cl"), constants, capability);
        for (int corners : new int[] {3, 6}) {
          constants.put("CORNERS", corners);
          constants.put("CHUNK", 64);
          assertCompiles(source("lattice.cl"), constants, capability);
          assertCompiles(source("softmax.cl", "filter.cl"), constants, capability);
        }
      }
    }
  }

  private void assertCompiles(String source, Map<String, Integer> constants, int capability) {
    assertThat(nvrtc.compile(source, constants, capability).size()).isGreaterThan(10_000);
  }

  @Test
  void sourceThatDoesNotCompileIsOneLine() {
    assertThatThrownBy(() -> nvrtc.compile("__kernel void broken( {", Map.of(), 90))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith("CUDA: cannot compile the kernels: kernels.cl(")
        .message()
        .doesNotContain("\n");
  }
}
