package org.deeplabspark.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures that an independent implementation published for its own masks. */
class VocReferenceMasksTest {

  @ParameterizedTest
  @CsvSource({"pred_raw, 62.93, 91.40", "pred_crf, 64.34, 91.74"})
  void figuresOfKnownMasksAreReproduced(String folder, double meanIou, double accuracy)
      throws Exception {
    ConfusionMatrix sum = ConfusionMatrix.empty(21);
    for (Path file : SharedData.files("voc/" + folder)) {
      LabelMask truth = read(SharedData.require("voc/SegmentationClass/" + file.getFileName()));
      sum = sum.plus(ConfusionMatrix.of(21, truth, read(file)));
    }

    assertThat(100 * sum.meanIou(MeanIou.PRESENT)).isCloseTo(meanIou, within(0.005));
    assertThat(100 * sum.pixelAccuracy()).isCloseTo(accuracy, within(0.005));
  }

  private static LabelMask read(Path file) throws Exception {
    return PngMaskCodec.decode(Files.readAllBytes(file));
  }
}
