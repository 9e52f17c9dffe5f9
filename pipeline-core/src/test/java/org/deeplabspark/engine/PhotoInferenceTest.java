package org.deeplabspark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplabspark.engine.dl4j.Dl4jEngine;
import org.deeplabspark.engine.dl4j.Dl4jModelFile;
import org.deeplabspark.engine.onnx.OnnxEngine;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Cards;
import org.deeplabspark.model.ChannelOrder;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.FoldedNetwork;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.ModelInput;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.model.ScaleFilter;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.Relu;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;
import org.junit.jupiter.api.Test;

final class PhotoInferenceTest {

  private static final TestTimeAugmentation PAPER =
      new TestTimeAugmentation(List.of(1.0, 0.75, 0.5), false);

  /**
   * As in the published networks, three strides of 2 and aligned corners: 9 scores of 65 pixels. A
   * card takes known names only.
   */
  private static final NetworkSpec NETWORK =
      new NetworkSpec(
          "vgg16-largefov",
          3,
          8,
          AlignCorners.YES,
          List.of(
              new Convolution("one", NetworkSpec.INPUT, 3, 8, 3, 2, 1, 1, true, false),
              new Relu("one.relu", "one", 8),
              new Convolution("two", "one.relu", 8, 8, 3, 2, 1, 1, true, false),
              new Relu("two.relu", "two", 8),
              new Convolution("three", "two.relu", 8, 8, 3, 2, 1, 1, true, false),
              new Convolution("scores", "three", 8, 3, 3, 1, 2, 2, true, true)));

  /** The published procedure on the bare network, written out for one photograph of 65 x 65. */
  @Test
  void multiScaleInputsTakeTheMaximumAtTheSizeOfTheLargestScoreMap() {
    FoldedNetwork folded = FoldedNetwork.of(NETWORK, RandomWeights.of(NETWORK));
    byte[] onnx = OnnxExport.write(folded);
    ModelCard card = card(onnx);
    RgbImage photo = photo(65, 65);
    FeatureMap expected = null;
    try (OnnxEngine engine = OnnxEngine.open(card, onnx, new EngineSettings("cpu", 1))) {
      for (int side : new int[] {65, 49, 33}) { // 64 * 0.75 + 1 and 64 * 0.5 + 1
        FeatureMap input = resize(tensor(photo), side);
        FeatureMap scores = resize(engine.scores(side, side, b -> b.put(0, input.values())), 9);
        expected = expected == null ? scores : maximum(expected, scores);
      }
    }
    FeatureMap wanted = resize(expected, 65);
    EngineSettings settings = new EngineSettings("cpu", 1, 1, 0, PAPER);
    try (OnnxEngine engine = OnnxEngine.open(card, onnx, settings)) {
      assertThat(engine.scores(photo).logits().values())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(wanted.values());
    }
  }

  @Test
  void deeplearning4jScoresAsOnnxRuntimeDoesWithScalesAndFlip() {
    NetworkSpec network = NetworkSpec.named("compact", 3);
    var checkpoint = RandomWeights.of(network);
    byte[] onnx = OnnxExport.write(network, checkpoint);
    byte[] zip = Dl4jModelFile.write(network, checkpoint);
    ModelCard onnxCard = card(network, EngineKind.ONNX, onnx);
    EngineSettings settings =
        new EngineSettings("cpu", 1, 1, 0, new TestTimeAugmentation(List.of(0.5, 1.0), true));
    RgbImage photo = photo(50, 40);
    try (OnnxEngine one = OnnxEngine.open(onnxCard, onnx, settings);
        Dl4jEngine other = Dl4jEngine.open(card(network, EngineKind.DL4J, zip), zip, settings)) {
      float[] expected = one.scores(photo).logits().values();
      float[] actual = other.scores(photo).logits().values();
      double range = 0;
      for (float value : expected) {
        range = Math.max(range, Math.abs(value));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-4 * range));
      }
    }
  }

  /** The tiny network scores each pixel by itself: a mirrored photograph has mirrored scores. */
  @Test
  void aPhotographAndItsMirrorImageScoreTheSameWithFlip() {
    byte[] network = TinyNetwork.nchw(3, 0, 0);
    ModelCard card = Cards.free(network, TensorLayout.NCHW, OutputKind.LOGITS);
    EngineSettings settings =
        new EngineSettings("cpu", 1, 1, 0, new TestTimeAugmentation(List.of(1.0), true));
    RgbImage photo = photo(16, 8);
    byte[] turned = new byte[photo.rgb().length];
    for (int pixel = 0; pixel < photo.pixels(); pixel++) {
      int mirror = pixel / 16 * 16 + 15 - pixel % 16;
      System.arraycopy(photo.rgb(), 3 * pixel, turned, 3 * mirror, 3);
    }
    try (OnnxEngine engine = OnnxEngine.open(card, network, settings)) {
      FeatureMap scores = engine.scores(photo).logits();
      FeatureMap mirrored = engine.scores(new RgbImage(16, 8, turned)).logits();
      for (int i = 0; i < scores.values().length; i++) {
        assertThat(mirrored.values()[i / 16 * 16 + 15 - i % 16])
            .isCloseTo(scores.values()[i], within(1e-3f));
      }
    }
  }

  @Test
  void aNetworkOfOneSizeSeesSmallerPhotographsInIt() {
    byte[] network = TinyNetwork.nchw(3, 32, 32);
    ModelCard card =
        Cards.card(
            network,
            TensorLayout.NCHW,
            ChannelOrder.RGB,
            OutputKind.LOGITS,
            new SizePolicy.Fixed(32, 32, ScaleFilter.BILINEAR));
    byte[] rgb = new byte[3 * 32 * 32];
    Arrays.fill(rgb, (byte) 90);
    EngineSettings settings = new EngineSettings("cpu", 1, 1, 0, PAPER);
    try (OnnxEngine engine = OnnxEngine.open(card, network, settings)) {
      // Each class scores a colour, and the same colour at any scale: no padding may shine through.
      assertThat(engine.scores(new RgbImage(32, 32, rgb)).logits().values())
          .usingComparatorWithPrecision(1e-3f)
          .containsOnly(90);
    }
    EngineSettings larger =
        new EngineSettings("cpu", 1, 1, 0, new TestTimeAugmentation(List.of(1.0, 1.5), false));
    assertThatThrownBy(() -> OnnxEngine.open(card, network, larger))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid scales: model three takes one size only, so they must be at most 1, got"
                + " [1.0, 1.5]");
  }

  @Test
  void scalesAreChecked() {
    assertThatThrownBy(() -> new TestTimeAugmentation(List.of(), false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TestTimeAugmentation(List.of(0.0), false))
        .hasMessage("Invalid scales: must be 0.1 to 4, got [0.0]");
  }

  private static ModelCard card(byte[] onnx) {
    return card(NETWORK, EngineKind.ONNX, onnx);
  }

  private static ModelCard card(NetworkSpec network, EngineKind engine, byte[] weights) {
    List<ClassLabel> classes = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      classes.add(new ClassLabel(name, "#000000"));
    }
    ModelInput input =
        ModelInput.of(
            network, ChannelOrder.RGB, List.of(128.0, 128.0, 128.0), List.of(0.01, 0.01, 0.01));
    return ModelCard.of(network, engine, "random", classes, 255, input, weights, "random");
  }

  private static FeatureMap tensor(RgbImage photo) {
    FeatureMap map = FeatureMap.zeros(3, photo.height(), photo.width());
    for (int pixel = 0; pixel < photo.pixels(); pixel++) {
      for (int c = 0; c < 3; c++) {
        map.values()[c * photo.pixels() + pixel] =
            ((photo.rgb()[3 * pixel + c] & 0xff) - 128f) * 0.01f;
      }
    }
    return map;
  }

  private static FeatureMap resize(FeatureMap map, int side) {
    return Resampling.apply(
        map,
        Resampling.bilinear(map.height(), side, AlignCorners.YES),
        Resampling.bilinear(map.width(), side, AlignCorners.YES));
  }

  private static FeatureMap maximum(FeatureMap a, FeatureMap b) {
    FeatureMap result = FeatureMap.zeros(a.channels(), a.height(), a.width());
    for (int i = 0; i < a.values().length; i++) {
      result.values()[i] = Math.max(a.values()[i], b.values()[i]);
    }
    return result;
  }

  private static RgbImage photo(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (128 + 90 * Math.sin(i / 7.0) + 20 * Math.cos(i * i / 991.0));
    }
    return new RgbImage(width, height, rgb);
  }
}
