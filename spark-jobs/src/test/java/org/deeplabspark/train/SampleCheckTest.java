package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.testing.PanopticTruth;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleCheckTest {

  @TempDir Path dir;

  private SamplePair pair(String name, TruthFile truth) throws IOException {
    Path image = dir.resolve(name);
    ImageIO.write(new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    return new SamplePair("file:" + image, truth);
  }

  private static SampleReader reader(Settings settings) {
    return new SampleReader(
        InputFiles.of(SharedSpark.session(), ReadLimits.of(settings)),
        PassSettings.of(settings).segment(),
        new TruthReader(PanopticTruth.LAYOUT));
  }

  @Test
  void anUncheckedErrorOfOneSampleIsItsFaultAndNamesIt() throws IOException {
    SamplePair good = pair("good.png", PanopticTruth.write(dir.resolve("g"), 4, 3, 1, 1));
    SamplePair torn = pair("torn.png", PanopticTruth.writeTorn(dir.resolve("t"), 4, 3));
    SampleCheck check = new SampleCheck(SceneTraining.spark(), reader(Settings.reference()), 2);

    assertThatThrownBy(() -> check.good(List.of(torn, good), false, System.out))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("1 of 2 images cannot be trained on")
        .hasMessageContaining("Cannot use " + torn.image() + ": ArrayIndexOutOfBoundsException");

    ByteArrayOutputStream said = new ByteArrayOutputStream();
    SampleCheck.Good left =
        check.good(List.of(torn, good), true, new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(left.pairs()).containsExactly(good);
    assertThat(left.frequency().share(1)).isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("1 of 2 images left out: ");
  }

  @Test
  void imagesAreDecodedWithinTheLimitsOfTheSettings() throws IOException {
    SamplePair pair = pair("good.png", PanopticTruth.write(dir.resolve("g"), 4, 3, 1, 1));
    Settings settings = Settings.reference().with("image.max-megapixels", "1e-5", "this test");

    assertThatThrownBy(() -> reader(settings).read(pair))
        .hasMessageStartingWith("Cannot decode " + pair.image() + ": ");
  }
}
