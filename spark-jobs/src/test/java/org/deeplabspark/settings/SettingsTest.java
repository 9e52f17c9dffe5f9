package org.deeplabspark.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @TempDir Path dir;

  @Test
  void eachLayerWinsOverTheOneBelow() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("my.conf"), "crf { iterations = 7, threads = 2 }\nengine.threads = 3\n");

    Settings settings = Settings.reference().withFile(file);
    assertThat(settings.integer("crf.iterations", 0, 99)).isEqualTo(7);
    settings =
        settings.withSparkProperties(
            Map.of("spark.deeplab.crf.iterations", "8", "spark.app.name", "x"));
    assertThat(settings.integer("crf.iterations", 0, 99)).isEqualTo(8);
    settings = settings.with("crf.iterations", "9", "--set");
    assertThat(settings.integer("crf.iterations", 0, 99)).isEqualTo(9);

    assertThat(settings.integer("crf.threads", 1, 99)).isEqualTo(2);
    assertThat(settings.integer("engine.threads", 1, 99)).isEqualTo(3);
    assertThat(settings.number("crf.bilateral.xy-std", 0, 999)).isEqualTo(67);
  }

  @Test
  void unknownKeyIsRefusedWithItsPlaceAndTheNearestKey() throws IOException {
    Path file = Files.writeString(dir.resolve("my.conf"), "crf {\n  iteration = 7\n}\n");

    assertThatThrownBy(() -> Settings.reference().withFile(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("unknown key crf.iteration")
        .hasMessageContaining("my.conf: 2")
        .hasMessageContaining("did you mean crf.iterations?");
    assertThatThrownBy(
            () -> Settings.reference().withSparkProperties(Map.of("spark.deeplab.iterations", "8")))
        .hasMessageContaining("--conf spark.deeplab.iterations")
        .hasMessageContaining("did you mean crf.iterations?");
    assertThatThrownBy(() -> Settings.reference().with("nothing.like.it.at.all", "1", "--set"))
        .hasMessageContaining("conf/reference.conf lists all keys");
  }

  @Test
  void groupIsNotASetting() {
    assertThatThrownBy(() -> Settings.reference().with("crf.gaussian", "3", "--set"))
        .hasMessageContaining("crf.gaussian.weight, crf.gaussian.xy-std");
    assertThatThrownBy(() -> Settings.reference().with("crf.iterations.x", "3", "--set"))
        .hasMessageContaining("crf.iterations");
    assertThatThrownBy(() -> Settings.reference().with("a..b", "3", "--set"))
        .hasMessageContaining("a..b");
  }

  @Test
  void valueOfAnotherTypeIsRefused() {
    assertThatThrownBy(() -> Settings.reference().with("crf.iterations", "many", "--set"))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid crf.iterations (set by --set): must be a number, got \"many\"");
    assertThatThrownBy(() -> Settings.reference().with("crf.enabled", "3", "--set"))
        .hasMessageContaining("must be a boolean");
  }

  @Test
  void valueOutOfRangeIsRefused() {
    Settings settings = Settings.reference().with("crf.iterations", "2.5", "--set");
    assertThatThrownBy(() -> settings.integer("crf.iterations", 0, 1000))
        .hasMessageContaining("whole number in 0..1000")
        .hasMessageContaining("2.5");
    assertThatThrownBy(() -> settings.choice("engine.device", java.util.List.of("cpu", "cuda")))
        .hasMessageContaining("one of cpu, cuda");
    assertThatThrownBy(() -> settings.number("crf.gaussian.weight", 0, 1))
        .hasMessageContaining("0.0..1.0");
    assertThatThrownBy(
            () ->
                settings
                    .with("crf.gaussian.weight", "NaN", "--set")
                    .number("crf.gaussian.weight", 0, 9))
        .hasMessageContaining("NaN");
  }

  @Test
  void brokenOrMissingFileIsRefusedInOneLine() throws IOException {
    Path broken = Files.writeString(dir.resolve("broken.conf"), "crf { iterations = \n");
    assertThatThrownBy(() -> Settings.reference().withFile(broken))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("broken.conf")
        .message()
        .doesNotContain("\n");
    assertThatThrownBy(() -> Settings.reference().withFile(dir.resolve("none.conf")))
        .hasMessageContaining("no file");
  }

  @Test
  void defaultsAreThoseOfTheDefaultPreset() {
    Settings preset = CrfPresets.apply("deeplabv2-resnet101-voc12", Settings.reference());
    for (String key : preset.keys()) {
      assertThat(preset.text(key)).as(key).isEqualTo(Settings.reference().text(key));
    }
  }

  @Test
  void presetsSwitchTheCrfOnAndOffSwitchesItOff() {
    Settings off = CrfPresets.apply("off", Settings.reference());
    assertThat(off.flag("crf.enabled")).isFalse();
    Settings vgg = CrfPresets.apply("deeplabv2-vgg16", off);
    assertThat(vgg.flag("crf.enabled")).isTrue();
    assertThat(vgg.number("crf.bilateral.xy-std", 0, 999)).isEqualTo(65);
    assertThatThrownBy(() -> CrfPresets.apply("deeplabv3", off))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("deeplabv1-largefov, deeplabv2-resnet101-voc12, deeplabv2-vgg16");
  }
}
