package org.deeplabspark.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.deeplabspark.settings.CrfVariant;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.junit.jupiter.api.Test;

class CrfGridTest {

  @Test
  void listsRangesAndWordsGiveEveryCombinationOnce() {
    CrfGrid grid =
        CrfGrid.parse(
            "crf.bilateral.weight=3:5; crf.bilateral.rgb-std = 0.5:1.5:0.5, 9,9.0 ;crf.normalization=after,symmetric;");

    assertThat(grid.axes())
        .containsExactly(
            new GridAxis("crf.bilateral.weight", List.of("3", "4", "5")),
            new GridAxis("crf.bilateral.rgb-std", List.of("0.5", "1", "1.5", "9")),
            new GridAxis("crf.normalization", List.of("after", "symmetric")));
    assertThat(grid.points()).hasSize(24).doesNotHaveDuplicates();
    assertThat(grid.points().get(1))
        .isEqualTo(
            Map.of(
                "crf.bilateral.weight", "3",
                "crf.bilateral.rgb-std", "0.5",
                "crf.normalization", "symmetric"));
  }

  @Test
  void thePapersSearchHasNinetySixSettings() {
    String paper =
        "crf.bilateral.weight=3:5;crf.bilateral.xy-std=30:100:10;crf.bilateral.rgb-std=3:6";

    assertThat(CrfGrid.parse(paper).points()).hasSize(96);
  }

  @Test
  void aFinerGridHalvesTheDistances() {
    CrfGrid grid =
        CrfGrid.parse(
            "crf.bilateral.xy-std=30:100:10;crf.iterations=5,10;crf.bilateral.weight=1,2,4;crf.gaussian.weight=3;crf.normalization=after,symmetric");
    CrfVariant best =
        CrfVariant.of(Settings.reference())
            .with(Map.of("crf.bilateral.xy-std", "100", "crf.bilateral.weight", "2"));

    CrfGrid finer = grid.finer(best);

    assertThat(finer.axes())
        .containsExactly(
            new GridAxis("crf.bilateral.xy-std", List.of("95", "100", "105")),
            new GridAxis("crf.iterations", List.of("8", "10", "13")),
            new GridAxis("crf.bilateral.weight", List.of("1.5", "2", "3")),
            new GridAxis("crf.gaussian.weight", List.of("3")),
            new GridAxis("crf.normalization", List.of("symmetric")));
  }

  @Test
  void aFinerGridStaysAboveZero() {
    CrfGrid grid = CrfGrid.parse("crf.gaussian.xy-std=1,3");

    assertThat(grid.finer(CrfVariant.of(Settings.reference())).axes())
        .containsExactly(new GridAxis("crf.gaussian.xy-std", List.of("1", "2")));
  }

  @Test
  void whatIsNotAGridIsSaid() {
    refused("", "no KEY=VALUES");
    refused("crf.iterations", "KEY=VALUES");
    refused("crf.iterations=", "KEY=VALUES");
    refused("crf.iterations=1,,2", "an empty value");
    refused("crf.iterations=1;crf.iterations=2", "crf.iterations stands twice");
    refused("crf.iteration=1", "crf.bilateral.rgb-std", "got crf.iteration");
    refused("crf.threads=1,2", "got crf.threads");
    refused("segment.partitions=1", "got segment.partitions");
    refused("crf.bilateral.weight=3:1", "FROM <= TO", "got 3:1");
    refused("crf.bilateral.weight=1:3:0", "STEP > 0");
    refused("crf.bilateral.weight=1:3:1:1", "FROM:TO:STEP");
    refused("crf.bilateral.weight=low:high", "got low:high");
    refused("crf.bilateral.weight=0:5000", "more than 1000 values");
    refused("crf.bilateral.weight=1:200;crf.bilateral.xy-std=1:200", "at most 10000", "got 40000");
  }

  private static void refused(String grid, String... why) {
    assertThatThrownBy(() -> CrfGrid.parse(grid))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Invalid --grid: ")
        .hasMessageContainingAll(why);
  }

  @Test
  void aHugeNumberIsWrittenWithItsExponent() {
    assertThat(GridAxis.parse("crf.bilateral.weight=1e999,1000,0.001").values())
        .containsExactly("1E+999", "1000", "0.001");
  }
}
