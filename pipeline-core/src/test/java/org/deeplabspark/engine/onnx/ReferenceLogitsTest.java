package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.util.Optional;
import org.deeplabspark.engine.BareScores;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Model;
import org.deeplabspark.testing.NpyFile;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both networks that the project has cards for, on the input their reference scores are of. */
class ReferenceLogitsTest {

  /** Scores reach 24; 1e-4 is the runtime's own rounding. */
  private static final float TOLERANCE = 1e-4f;

  @ParameterizedTest
  @CsvSource({
    "deeplabv3-mnv2-voc, deeplabv3_mnv2_pascal_float_logits, bird_segmentation.bmp",
    "deeplab-mobilenet-cityscapes, deeplab_mobilenet_edgetpu_slim_cityscapes_float_logits,"
        + " cityscapes_segmentation.bmp"
  })
  void scoresAreThoseOfTheReferenceForAnyNumberOfThreads(String card, String file, String photo)
      throws Exception {
    Model model =
        Model.open(
            SharedData.require("models/onnx/" + file + ".onnx"),
            Optional.of(SharedData.root().resolve("conf/models/" + card + ".json")));
    float[] reference =
        NpyFile.floats(SharedData.require("models/onnx/" + file + ".ref_logits.npy"));
    RgbImage image =
        new ImageDecoder(1).decode(Files.readAllBytes(SharedData.require("coral_images/" + photo)));

    float[] one = scores(model, image, 1);

    assertThat(one).containsExactly(reference, within(TOLERANCE));
    assertThat(scores(model, image, 3)).containsExactly(one);
  }

  private static float[] scores(Model model, RgbImage image, int threads) {
    try (OnnxEngine engine =
        OnnxEngine.open(model.card(), model.weights(), new EngineSettings("cpu", threads))) {
      return BareScores.of(engine, model.card(), image).values();
    }
  }
}
