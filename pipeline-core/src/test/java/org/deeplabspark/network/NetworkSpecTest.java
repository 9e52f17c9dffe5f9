package org.deeplabspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.Sum;
import org.junit.jupiter.api.Test;

final class NetworkSpecTest {

  @Test
  void compactStaysSmallAndSeesMostOfAnImage() {
    NetworkSpec network = NetworkSpec.named("compact", 11);
    assertThat(network.parameterCount()).isLessThan(700_000);
    assertThat(network.fieldOfView()).isBetween(400, 500);
    assertThat(network.output()).isEqualTo("logits");
    assertThat(network.classifiers())
        .containsExactlyInAnyOrder("aspp.rate2", "aspp.rate4", "aspp.rate8", "aspp.rate12");
  }

  @Test
  void compactAnswersOneRowForEightRoundedUp() {
    NetworkSpec network = NetworkSpec.named("compact", 6);
    assertThat(network.outputSize(320)).isEqualTo(40);
    assertThat(network.outputSize(321)).isEqualTo(41);
    assertThat(network.outputSize(333)).isEqualTo(42);
    assertThat(network.outputSize(1)).isEqualTo(1);
  }

  @Test
  void anAtrousKernelCoversItsHoles() {
    Convolution fc6 = new Convolution("fc6", "image", 3, 2, 3, 1, 12, 12, true, false);
    assertThat(fc6.effectiveKernel()).isEqualTo(25);
    assertThat(fc6.outputSize(41)).isEqualTo(41);
  }

  @Test
  void costsAreCountedByHand() {
    NetworkSpec network =
        new NetworkSpec(
            "hand",
            2,
            2,
            List.of(
                new Convolution("a", "image", 3, 4, 3, 2, 1, 1, false, false),
                new Convolution("b", "a", 4, 2, 1, 1, 0, 1, true, true)));
    assertThat(network.parameterCount()).isEqualTo(3 * 4 * 9 + 4 * 2 + 2);
    assertThat(network.multiplyAdds(5, 4)).isEqualTo(3 * 2 * (3 * 4 * 9) + 3 * 2 * (4 * 2));
    assertThat(network.fieldOfView()).isEqualTo(3);
  }

  @Test
  void layersReadOnlyWhatStandsBeforeThem() {
    assertThatThrownBy(
            () -> new NetworkSpec("loop", 3, 1, List.of(new Sum("s", List.of("s", "image"), 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid network loop: s reads 3 channels of s, which has null");
  }

  @Test
  void unknownNetworksAreNamed() {
    assertThatThrownBy(() -> NetworkSpec.named("huge", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid network: must be compact, got huge");
  }
}
