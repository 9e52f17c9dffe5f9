package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplabspark.engine.BareScores;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Model;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.testing.NpyFile;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;

/** Scores of a real network on real photographs, against those of an independent implementation. */
class VocLogitsTest {

  /**
   * The reference rounds the scaled photograph to bytes, which moves scores by a few hundredths.
   */
  private static final double LARGEST_RMS = 0.05;

  @Test
  void scoresAreThoseOfTheReference() throws Exception {
    Path weights = SharedData.require("models/onnx/deeplabv3_mnv2_pascal_float_logits.onnx");
    Path card = SharedData.root().resolve("conf/models/deeplabv3-mnv2-voc.json");
    Model model = Model.open(weights, Optional.of(card));
    try (OnnxEngine engine =
        OnnxEngine.open(model.card(), model.weights(), new EngineSettings("cpu", 2))) {
      for (Path file : SharedData.files("voc/JPEGImages")) {
        RgbImage photo = new ImageDecoder(100).decode(Files.readAllBytes(file));
        String name = file.getFileName().toString().replace(".jpg", ".npy");
        float[] reference = NpyFile.floats(SharedData.require("voc/logits/" + name));

        FeatureMap scores = BareScores.of(engine, model.card(), photo);

        assertThat(rms(scores, reference)).as(name).isLessThan(LARGEST_RMS);
      }
    }
  }

  private static double rms(FeatureMap scores, float[] reference) {
    assertThat(scores.values()).hasSameSizeAs(reference);
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      double difference = scores.values()[i] - reference[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum / reference.length);
  }
}
