package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {

  private static final ModelCard CARD =
      Cards.free(new byte[] {1}, TensorLayout.NHWC, OutputKind.PROBABILITIES);

  @Test
  void whatIsWrittenIsRead() {
    assertThat(ModelCard.parse(CARD.toJson(), "card")).isEqualTo(CARD);

    ModelCard fixed =
        Cards.card(
            new byte[0],
            TensorLayout.NCHW,
            ChannelOrder.BGR,
            OutputKind.LOGITS,
            new SizePolicy.Fixed(513, 257, ScaleFilter.BILINEAR));
    assertThat(ModelCard.parse(fixed.toJson(), "card")).isEqualTo(fixed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deeplabv3-mnv2-voc", "deeplab-mobilenet-cityscapes"})
  void cardsOfTheProjectAreAsTheWriterWritesThem(String name) throws Exception {
    Path file = SharedData.root().resolve("conf/models/" + name + ".json");

    ModelCard card = ModelCard.read(file);

    assertThat(card.name()).isEqualTo(name);
    assertThat(card.toJson()).isEqualTo(Files.readString(file));
  }

  @Test
  void optionalKeysHaveDefaults() {
    String json =
        CARD.toJson()
            .replace("  \"void-label\": 255,\n", "")
            .replace("    \"layout\": \"NHWC\",\n    \"kind\"", "    \"kind\"")
            .replace("[1.0, 1.0, 1.0]", "1");

    assertThat(ModelCard.parse(json, "card")).isEqualTo(CARD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"stride\": 4 | \"stride\": 4, \"strid\": 8 | output.strid is not a key of a model card;"
            + " known here: name, layout, kind, stride, align-corners",
        "\"stride\": 4 | \"stride\": 4.5 | output.stride must be a whole number, got 4.5",
        "\"stride\": 4 | \"stride\": 0 | output: Invalid output: stride must be at least 1, got 0",
        "\"stride\": 4, | '' | output.stride is missing",
        "\"kind\": \"probabilities\" | \"kind\": \"odds\" | output.kind must be one of logits,"
            + " probabilities, got odds",
        "\"layout\": \"NHWC\" | \"layout\": \"nhwc\" | input.layout must be one of NCHW, NHWC, got"
            + " nhwc",
        "\"mean\": [0.0, 0.0, 0.0] | \"mean\": [0.0, 0.0] | input.mean must be 3 numbers, got 2",
        "\"scale\": [1.0, 1.0, 1.0] | \"scale\": 0 | input: Invalid input: scale must not be 0, got"
            + " [0.0, 0.0, 0.0]",
        "\"color\": \"#00ff00\" | \"color\": \"green\" | classes[1]: Invalid colour: must be like"
            + " #80ff00, got green",
        "\"name\": \"tree\" | \"name\": \"ground\" | two classes are named" + " ground",
        "\"align-corners\": false | \"align-corners\": 1 | output.align-corners must be true or"
            + " false, got 1",
        "\"engine\": \"onnx\" | \"engine\": \"caffe\" | engine must be one of onnx, dl4j, got caffe",
        "\"file\": \"model.onnx\" | \"file\": \"../model.onnx\" | weights.file"
            + " must be a plain file name, got ../model.onnx",
        "\"void-label\": 255 | \"void-label\": 300 | void-label must be 3 to"
            + " 255 beside 3 classes, got 300",
        "\"void-label\": 255 | \"void-label\": 0 | void-label must be 3 to"
            + " 255 beside 3 classes, got 0"
      })
  void everyProblemIsOneLineThatNamesFileAndKey(String written, String instead, String problem) {
    String json =
        CARD.toJson().replaceFirst(Pattern.quote(written), Matcher.quoteReplacement(instead));
    assertThat(json).isNotEqualTo(CARD.toJson());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCard.parse(json, "my/model.json"))
        .withMessage("Invalid model card my/model.json: " + problem);
  }

  @Test
  void aCardOfOneClassIsRefusedWithTheWayOut() {
    String json =
        CARD.toJson()
            .replaceFirst("(?s)\\{[^}]*\"ground\"[^}]*\\},\\s*\\{[^}]*\"tree\"[^}]*\\},", "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCard.parse(json, "my/model.json"))
        .withMessageStartingWith(
            "Invalid model card my/model.json: classes must be 2 to 255, got 1; a mask is the"
                + " largest of several scores")
        .withMessageContaining("export background and object as two channels");
  }

  @Test
  void textThatIsNotJsonIsOneLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCard.parse("{\"name\": \n\n oops", "my/model.json"))
        .withMessageStartingWith("Invalid model card: my/model.json: 3: ")
        .withMessageNotContaining("\n");
  }
}
