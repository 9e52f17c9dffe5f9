package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.TinyNetwork;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Cards;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.ScaleFilter;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.Bilinear;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Softmax;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxEngineTest {

  private static final EngineSettings CPU = new EngineSettings("cpu", 1);
  private static final byte[] NETWORK = TinyNetwork.nchw(3, 0, 0);

  @ParameterizedTest
  @EnumSource(TensorLayout.class)
  void anySizeIsPaddedScoredAndCropped(TensorLayout layout) {
    byte[] network = layout == TensorLayout.NCHW ? NETWORK : TinyNetwork.nhwc(3);
    RgbImage photo = noise(10, 7);

    FeatureMap logits = logits(Cards.free(network, layout, OutputKind.LOGITS), network, photo);

    assertThat(logits.channels()).isEqualTo(3);
    assertThat(logits.values()).containsExactly(expected(photo, false), within(1e-3f));
  }

  @Test
  void blueComesFirstWhereTheCardSaysSo() {
    RgbImage photo = noise(5, 9);
    ModelCard card =
        Cards.card(
            NETWORK,
            TensorLayout.NCHW,
            ChannelOrder.BGR,
            OutputKind.LOGITS,
            new SizePolicy.Free(4, 0));

    FeatureMap logits = logits(card, NETWORK, photo);

    assertThat(logits.values()).containsExactly(expected(photo, true), within(1e-3f));
  }

  @Test
  void probabilitiesComeBackAsScoresOfTheSameProbabilities() {
    byte[] rgb = new byte[3 * 64];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = 1; // the network's output: probability 1 of class 0
    }
    ModelCard card = Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.PROBABILITIES);

    FeatureMap probabilities = logits(card, NETWORK, new RgbImage(8, 8, rgb));
    Softmax.inPlace(probabilities);

    for (int pixel = 0; pixel < 64; pixel++) {
      assertThat(probabilities.values()[pixel]).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void manyThreadsGetWhatOneGets() {
    ModelCard card = Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.LOGITS);
    try (OnnxEngine engine = OnnxEngine.open(card, NETWORK, new EngineSettings("cpu", 2))) {
      IntStream.range(0, 64)
          .parallel()
          .forEach(
              i -> {
                RgbImage photo = noise(3 + i, 40 - i / 2);
                assertThat(engine.scores(photo).logits().values())
                    .containsExactly(expected(photo, false), within(1e-3f));
              });
    }
  }

  @Test
  void aCardThatContradictsTheNetworkIsOneLine() {
    assertRefused(
        Cards.free(NETWORK, TensorLayout.NHWC, OutputKind.LOGITS),
        NETWORK,
        "Invalid model card three: input.layout: NHWC with a batch of one and 3 channels, the"
            + " network takes [1, 3, -1, -1]");
    byte[] five = TinyNetwork.nchw(5, 0, 0);
    assertRefused(
        Cards.free(five, TensorLayout.NCHW, OutputKind.LOGITS),
        five,
        "Invalid model card three: classes: 3 of them in an output of layout NCHW, the network"
            + " gives [1, 5, -1, -1]");
    byte[] fixed = TinyNetwork.nchw(3, 32, 64);
    assertRefused(
        Cards.free(fixed, TensorLayout.NCHW, OutputKind.LOGITS),
        fixed,
        "Invalid model card three: input.size: any multiple, the network takes only [1, 3, 32,"
            + " 64]");
    assertRefused(
        Cards.card(
            fixed,
            TensorLayout.NCHW,
            ChannelOrder.RGB,
            OutputKind.LOGITS,
            new SizePolicy.Fixed(32, 64, ScaleFilter.BILINEAR)),
        fixed,
        "Invalid model card three: input.size: 32 x 64, the network takes 64 x 32");
    assertRefused(
        renamed(Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.LOGITS), "photo", 4),
        NETWORK,
        "Invalid model card three: input.name: the network has [image], not photo");
    assertRefused(
        renamed(Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.LOGITS), "image", 2),
        NETWORK,
        "Invalid model card three: output.stride: 2 makes scores of 2 x 2 from an input of 4 x 4,"
            + " the network gives 1 x 1");
  }

  @Test
  void aNetworkOfOneChannelIsRefusedWithTheWayOut() {
    byte[] sigmoid = TinyNetwork.nchw(1, 0, 0);

    assertRefused(
        Cards.free(sigmoid, TensorLayout.NCHW, OutputKind.LOGITS),
        sigmoid,
        "Invalid model card three: classes: 3 of them, the network gives one channel, [1, 1, -1,"
            + " -1]; a mask is the largest of several scores, of which one channel (a sigmoid) is"
            + " none: export background and object as two channels, logits (0, x) for a logit x");
  }

  @Test
  void weightsInAnotherFileAreRefusedBeforeAnythingIsOpened() {
    byte[] network = TinyNetwork.externalWeights("../weights.bin");

    assertRefused(
        Cards.free(network, TensorLayout.NCHW, OutputKind.LOGITS),
        network,
        "Invalid weights for model three: tensor weights lies in another file, ../weights.bin:"
            + " save the network as one file (onnx.save_model(onnx.load(PATH), NEW_PATH))");
  }

  @Test
  void otherWeightsAreRefused() {
    ModelCard card = Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.LOGITS);
    byte[] garbage = {1, 2, 3};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxEngine.open(card, garbage, CPU))
        .withMessageStartingWith("Invalid weights for model three: the card was written for");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                OnnxEngine.open(
                    Cards.free(garbage, TensorLayout.NCHW, OutputKind.LOGITS), garbage, CPU))
        .withMessageStartingWith("Invalid weights for model three: ONNX Runtime cannot load them:")
        .withMessageNotContaining("\n");
  }

  @Test
  void devicesAreNamedAndAnAbsentOneFailsAtOnce() {
    ModelCard card = Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.LOGITS);

    try (OnnxEngine engine = OnnxEngine.open(card, NETWORK, CPU)) {
      assertThat(engine.device()).isEqualTo("cpu");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EngineSettings("gpu", 1))
        .withMessage("Invalid device: must be auto, cpu, cuda or cuda:N, got gpu");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EngineSettings("cpu", 0))
        .withMessage("Invalid threads: must be at least 1, got 0");
    // A number that no machine has: fails with and without CUDA.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxEngine.open(card, NETWORK, new EngineSettings("cuda:99", 1)))
        .withMessageStartingWith("Invalid device cuda:99: ");
    try (OnnxEngine engine = OnnxEngine.open(card, NETWORK, new EngineSettings("auto", 1))) {
      assertThat(engine.device()).matches("cpu|cuda:0");
    }
  }

  @Test
  void aClosedEngineSaysSo() {
    ModelCard card = Cards.free(NETWORK, TensorLayout.NCHW, OutputKind.LOGITS);
    OnnxEngine engine = OnnxEngine.open(card, NETWORK, CPU);
    engine.close();
    engine.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> engine.scores(noise(4, 4)))
        .withMessage("The engine of model three is closed");
  }

  private static FeatureMap logits(ModelCard card, byte[] network, RgbImage photo) {
    try (OnnxEngine engine = OnnxEngine.open(card, network, CPU)) {
      return engine.scores(photo).logits();
    }
  }

  private static void assertRefused(ModelCard card, byte[] network, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxEngine.open(card, network, CPU))
        .withMessage(message);
  }

  private static ModelCard renamed(ModelCard card, String input, int stride) {
    String json =
        card.toJson()
            .replace("\"name\": \"image\"", "\"name\": \"" + input + "\"")
            .replace("\"stride\": 4", "\"stride\": " + stride);
    return ModelCard.parse(json, "test");
  }

  /** Every fourth pixel of the padded photograph, enlarged and cropped. */
  private static float[] expected(RgbImage photo, boolean blueFirst) {
    int rows = (photo.height() + 3) / 4;
    int columns = (photo.width() + 3) / 4;
    FeatureMap scores = FeatureMap.zeros(3, rows, columns);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          int color = photo.rgb()[3 * (4 * y * photo.width() + 4 * x) + (blueFirst ? 2 - c : c)];
          scores.values()[(c * rows + y) * columns + x] = color & 0xff;
        }
      }
    }
    FeatureMap large = Bilinear.resize(scores, 4 * rows, 4 * columns, AlignCorners.NO);
    float[] cropped = new float[3 * photo.pixels()];
    for (int i = 0; i < cropped.length; i++) {
      int c = i / photo.pixels();
      int y = i / photo.width() % photo.height();
      cropped[i] = large.values()[(c * 4 * rows + y) * 4 * columns + i % photo.width()];
    }
    return cropped;
  }

  private static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }
}
