package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplabspark.engine.BareScores;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.TestTimeAugmentation;
import org.deeplabspark.engine.TinyNetwork;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Cards;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.OutputKind;
import org.junit.jupiter.api.Test;

class OnnxBatchTest {

  @Test
  void aBatchGivesTheScoresOfSingleImages() {
    byte[] network = TinyNetwork.openBatch(3);
    ModelCard card = Cards.free(network, TensorLayout.NCHW, OutputKind.LOGITS);
    List<RgbImage> photos = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      photos.add(noise(10, 7 - i % 2, i)); // two heights, one input size
    }
    try (OnnxEngine engine =
        OnnxEngine.open(
            card, network, new EngineSettings("cpu", 1, 1, 8, TestTimeAugmentation.NONE))) {
      List<FeatureMap> together =
          engine.run(photos.stream().map(photo -> input(engine, card, photo)).toList());
      for (int i = 0; i < photos.size(); i++) {
        RgbImage photo = photos.get(i);
        assertThat(together.get(i).values()).isEqualTo(BareScores.of(engine, card, photo).values());
      }
    }
  }

  private static OnnxEngine.Input input(OnnxEngine engine, ModelCard card, RgbImage photo) {
    BareScores.Input input = BareScores.input(card, photo);
    return engine.input(input.height(), input.width(), input.fill());
  }

  private static RgbImage noise(int width, int height, int seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }
}
