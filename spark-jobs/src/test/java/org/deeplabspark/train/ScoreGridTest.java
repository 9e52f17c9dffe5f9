package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplabspark.network.NetworkSpec;
import org.junit.jupiter.api.Test;

final class ScoreGridTest {

  @Test
  void publishedNetworksScoreTheCornersOfTheirCrops() {
    ScoreGrid grid = ScoreGrid.of(NetworkSpec.named("vgg16-largefov", 21), 321);
    assertThat(grid.cells()).isEqualTo(41);
    assertThat(grid.position(0)).isEqualTo(0.5);
    assertThat(grid.position(40)).isEqualTo(320.5);
  }

  @Test
  void theCompactNetworkScoresTheMiddleOfEachCell() {
    ScoreGrid grid = ScoreGrid.of(NetworkSpec.named("compact", 3), 32);
    assertThat(grid.cells()).isEqualTo(4);
    assertThat(grid.position(0)).isEqualTo(4);
    assertThat(grid.position(3)).isEqualTo(28);
  }

  @Test
  void cropsThatScoresDoNotFillAreRefused() {
    assertThatThrownBy(() -> ScoreGrid.of(NetworkSpec.named("resnet101-aspp", 21), 320))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid --crop: must be a multiple of 8 and 1 more for resnet101-aspp, got 320");
    assertThatThrownBy(() -> ScoreGrid.of(NetworkSpec.named("compact", 21), 321))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid --crop: must be a multiple of 8 for compact, got 321");
  }
}
