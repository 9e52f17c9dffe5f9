package org.deeplabspark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.testing.PanopticTruth;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthCheckTest {

  @TempDir Path dir;

  private TruthReport report(TruthFile truth) {
    ClassMatch match =
        ClassMatch.of(
            Truth.of("truth").withLayout(PanopticTruth.LAYOUT), PredictedLabels.PLAIN, List.of());
    InputFiles files = InputFiles.of(SharedSpark.session(), ReadLimits.of(Settings.reference()));
    return new TruthCheck(files, match, 1)
        .of("a", new PhotoSize("a.jpg", 2, 1, null), truth)
        .report(match.classNames(), true, false);
  }

  @Test
  void aSoundTruthIsCounted() throws IOException {
    TruthReport report = report(PanopticTruth.write(dir.resolve("a.png"), 2, 1, 1, 1));

    assertThat(report.hasErrors()).isFalse();
    assertThat(report.truths()).isEqualTo(1);
    assertThat(report.classes().get(1).pixels()).isEqualTo(2);
  }

  @Test
  void anUncheckedErrorOfOneTruthIsAFindingAndNothingOfItIsCounted() throws IOException {
    TruthFile torn = PanopticTruth.writeTorn(dir.resolve("torn.png"), 2, 1);
    TruthReport report = report(torn);

    assertThat(report.truths()).isZero();
    assertThat(report.photos()).isEqualTo(1);
    assertThat(report.findings())
        .filteredOn(finding -> finding.kind().error())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Finding.Kind.BAD_MASK);
              assertThat(finding.examples()).containsOnlyKeys("a");
              assertThat(finding.examples().get("a"))
                  .startsWith(torn.path() + ": ArrayIndexOutOfBoundsException");
            });
  }
}
