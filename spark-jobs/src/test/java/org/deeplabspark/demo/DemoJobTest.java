package org.deeplabspark.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplabspark.settings.DemoSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoJobTest {

  private static final int SCENES = 10;

  @TempDir Path directory;

  private DemoOutcome run() throws Exception {
    DemoRequest request = new DemoRequest(directory.toString(), SCENES, 77);
    return new DemoJob(SharedSpark.session(), DemoSettings.of(Settings.reference()), request).run();
  }

  @Test
  void shippedModelLabelsUnseenScenesAndTheCrfRaisesMeanIou() throws Exception {
    DemoOutcome outcome = run();

    assertThat(outcome.raw().meanIou()).isGreaterThan(0.5);
    assertThat(outcome.refined().meanIou()).isGreaterThan(outcome.raw().meanIou() + 0.005);
    assertThat(outcome.raw().images()).isEqualTo(SCENES);
    for (String output : new String[] {"network", "refined"}) {
      assertThat(Duck.maskDigests(directory.resolve(output))).hasSize(SCENES);
    }
    assertThat(outcome.text()).contains("umbrella", "mean IoU", directory + "/refined/masks");
    assertThat(Files.readString(directory.resolve("index.html")))
        .contains("Segmentation report", "umbrella", "gain by the CRF", "data:image/png;base64,");

    DemoOutcome again = run();

    assertThat(again.refined().matrix().pixels()).isEqualTo(outcome.refined().matrix().pixels());
    assertThat(again.refined().meanIou()).isEqualTo(outcome.refined().meanIou());
  }

  @Test
  void withoutCrfThereIsNothingToCompare() {
    Settings off = Settings.reference().with("crf.enabled", "false", "test");

    assertThatThrownBy(() -> DemoSettings.of(off))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid crf.enabled: demo compares masks with and without CRF, leave it on");
  }
}
