package org.deeplabspark.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.deeplabspark.model.Model;
import org.deeplabspark.testing.ShippedModel;
import org.junit.jupiter.api.Test;

/** Digests as outputs hold them: where one of these changes, every archive is labelled again. */
class SettingsDigestTest {

  private static final Settings REFERENCE = Settings.reference();

  private static String digest(Settings settings) {
    return LabelSettings.of(settings).digest();
  }

  @Test
  void digestsOfSettingsAreThoseOfEarlierVersions() {
    assertThat(digest(REFERENCE))
        .isEqualTo("ad2e5a9298122e7f80e8a7640f78c1b481c163570355b6c05a078719497c691d");
    assertThat(digest(CrfPresets.apply("off", REFERENCE)))
        .isEqualTo("17b6c73f041d599a994091774d66f2ec1971071c8ce2f70c68f41c7b5aaf7a69");
    assertThat(
            digest(
                REFERENCE
                    .with("inference.scales", "0.5,0.75, 1", "test")
                    .with("inference.flip", "true", "test")
                    .with("crf.normalization", "after", "test")
                    .with("crf.bilateral.weight", "4.5", "test")
                    .with("crf.iterations", "5", "test")))
        .isEqualTo("0f7cc33760c49c862f052e514d8193081638bf8de101b9ad19eaa10477822d29");
  }

  @Test
  void digestsIgnoreWhatMasksDoNotDependOn() {
    Settings other =
        REFERENCE
            .with("crf.threads", "2", "test")
            .with("engine.device", "cpu", "test")
            .with("image.max-megapixels", "50", "test")
            .with("segment.commit-interval", "1", "test");
    assertThat(digest(other)).isEqualTo(digest(REFERENCE));
  }

  @Test
  void digestOfTheShippedModelIsThatOfEarlierVersions() throws Exception {
    assertThat(Model.open(Path.of(ShippedModel.directory()), Optional.empty()).digest())
        .isEqualTo("cffc540fa591ab997f3ba208da9c43d31cef646d79394ac6665be01f8c39a8e3");
  }
}
