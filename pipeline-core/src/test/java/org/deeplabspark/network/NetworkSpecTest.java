package org.deeplabspark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.LayerSpec.Sum;
import org.deeplabspark.tensor.AlignCorners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
  void vggWithALargeFieldOfViewHasThePublishedSize() {
    NetworkSpec network = NetworkSpec.named("vgg16-largefov", 21);
    assertThat(network.parameterCount()).isBetween(20_450_000L, 20_550_000L);
    assertThat(layer(network, "fc6").effectiveKernel()).isEqualTo(25);
    assertThat(layer(network, "conv5_1").rate()).isEqualTo(2);
    assertThat(network.classifiers()).containsExactly("fc8");
    assertThat(network.outputSize(321)).isEqualTo(41);
    assertThat(network.outputSize(513)).isEqualTo(65);
  }

  @Test
  void poolingRoundsUp() {
    MaxPool pool = new MaxPool("pool1", "image", 3, 3, 2, 1);
    assertThat(pool.outputSize(32)).isEqualTo(17);
    assertThat(pool.outputSize(33)).isEqualTo(17);
    assertThat(pool.outputSize(1)).isEqualTo(1);
    assertThat(NetworkSpec.named("vgg16-aspp-l", 21).outputSize(320)).isEqualTo(41);
    assertThat(NetworkSpec.named("resnet101-aspp", 21).outputSize(320)).isEqualTo(41);
  }

  @Test
  void resNetHasItsBlocksStridesAndRatesWhereTheyWerePublished() {
    NetworkSpec network = NetworkSpec.named("resnet101-aspp", 21);
    List<Convolution> convolutions =
        network.layers().stream()
            .filter(Convolution.class::isInstance)
            .map(Convolution.class::cast)
            .toList();
    // One stem, three in each of 33 blocks, four projections, four branches.
    assertThat(convolutions).hasSize(1 + 3 * 33 + 4 + 4);
    assertThat(layer(network, "res3a_branch2a").stride()).isEqualTo(2);
    assertThat(layer(network, "res3a_branch2b").stride()).isEqualTo(1);
    assertThat(layer(network, "res3a_branch1").stride()).isEqualTo(2);
    assertThat(layer(network, "res4b22_branch2b").rate()).isEqualTo(2);
    assertThat(layer(network, "res5c_branch2b").rate()).isEqualTo(4);
    assertThat(layer(network, "fc1_c3").rate()).isEqualTo(24);
    assertThat(network.outputSize(321)).isEqualTo(41);
  }

  @ParameterizedTest
  @MethodSource("org.deeplabspark.network.NetworkSpec#names")
  void outputStride16HasTheSameParametersAndHalfTheSize(String name) {
    NetworkSpec eight = NetworkSpec.named(name, 21);
    NetworkSpec sixteen = NetworkSpec.named(name, 21, 16);
    assertThat(sixteen.parameters()).isEqualTo(eight.parameters());
    assertThat(eight.outputSize(321)).isEqualTo(41);
    assertThat(sixteen.outputSize(321)).isEqualTo(21);
    assertThat(sixteen.multiplyAdds(321, 321)).isLessThan(eight.multiplyAdds(321, 321));
  }

  private static Convolution layer(NetworkSpec network, String name) {
    return (Convolution)
        network.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
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
            AlignCorners.NO,
            List.of(
                new Convolution("a", "image", 3, 4, 3, 2, 1, 1, false, false),
                new Convolution("b", "a", 4, 2, 1, 1, 0, 1, true, true)));
    assertThat(network.parameterCount()).isEqualTo(3 * 4 * 9 + 4 * 2 + 2);
    assertThat(network.multiplyAdds(5, 4)).isEqualTo(3 * 2 * (3 * 4 * 9) + 3 * 2 * (4 * 2));
    assertThat(network.fieldOfView()).isEqualTo(3);
    // The image of 3 x 5 x 4 and a's 4 x 3 x 2, then a and b's 2 x 3 x 2.
    assertThat(LayerCost.peakBytes(network, 5, 4)).isEqualTo(4 * (3 * 5 * 4 + 4 * 3 * 2));
  }

  @Test
  void layersReadOnlyWhatStandsBeforeThem() {
    assertThatThrownBy(
            () ->
                new NetworkSpec(
                    "loop", 3, 1, AlignCorners.NO, List.of(new Sum("s", List.of("s", "image"), 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid network loop: s reads 3 channels of s, which has null");
  }

  @Test
  void unknownNetworksAreNamed() {
    assertThatThrownBy(() -> NetworkSpec.named("huge", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid network: must be one of compact, vgg16-largefov, vgg16-aspp-s,"
                + " vgg16-aspp-l, resnet101-largefov, resnet101-aspp, got huge");
  }
}
