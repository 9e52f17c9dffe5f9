package org.deeplabspark.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.CrfVariant;
import org.deeplabspark.settings.Settings;
import org.junit.jupiter.api.Test;

class SweepResultTest {

  private static final SettingScore BASELINE = standing(0, SweepSetting.Kind.BASELINE, 60);
  private static final SettingScore BETTER = standing(1, SweepSetting.Kind.GRID, 70);

  private static SettingScore standing(int id, SweepSetting.Kind kind, long intersection) {
    return SettingScore.of(
        new SweepSetting(id, kind, 0, CrfVariant.of(Settings.reference())),
        List.of(new ClassIou(0, intersection, 100, 100)),
        MeanIou.PRESENT);
  }

  private static String verdict(Interval gain) {
    SettingScore best = BETTER.with(Interval.UNDEFINED, gain);
    return new SweepResult(
            null,
            "run",
            9,
            9,
            List.of(),
            List.of(BASELINE, best),
            best,
            BASELINE,
            List.of(9L),
            gain,
            Map.of(),
            1)
        .verdict();
  }

  @Test
  void aGainIsCalledNoiseOnlyWhereItsIntervalContainsZero() {
    assertThat(verdict(new Interval(0.02, 0.2))).doesNotContain("noise", "cannot be told apart");
    assertThat(verdict(new Interval(-0.02, 0.2)))
        .contains("contains 0: this may be noise", "cannot be told apart");
    assertThat(verdict(Interval.UNDEFINED))
        .contains("too few images to say whether this is noise", "; too few images to say.")
        .doesNotContain("contains 0", "cannot be told apart");
  }
}
