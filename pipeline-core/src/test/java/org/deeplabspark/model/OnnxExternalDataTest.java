package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import onnx.Onnx;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxExternalDataTest {

  private static final String REFUSED =
      "Invalid weights for model x: tensor far lies in another file, data.bin: save the network as"
          + " one file (onnx.save_model(onnx.load(PATH), NEW_PATH))";

  private static final Onnx.TensorProto FAR =
      Onnx.TensorProto.newBuilder()
          .setName("far")
          .addExternalData(entry("location", "data.bin"))
          .addExternalData(entry("offset", "4096"))
          .setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL)
          .build();

  static Stream<Onnx.GraphProto> graphs() {
    Onnx.GraphProto weights = Onnx.GraphProto.newBuilder().addInitializer(FAR).build();
    return Stream.of(
        weights,
        with(Onnx.AttributeProto.newBuilder().setT(FAR)),
        with(Onnx.AttributeProto.newBuilder().addTensors(FAR)),
        with(Onnx.AttributeProto.newBuilder().setG(weights)),
        with(
            Onnx.AttributeProto.newBuilder()
                .addGraphs(with(Onnx.AttributeProto.newBuilder().setT(FAR)))));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void isFoundWhereverATensorMayBe(Onnx.GraphProto graph) {
    byte[] file =
        Onnx.ModelProto.newBuilder().setIrVersion(7).setGraph(graph).build().toByteArray();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxExternalData.refuse("model x", file))
        .withMessage(REFUSED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Model(Cards.free(file, TensorLayout.NCHW, OutputKind.LOGITS), file))
        .withMessage(REFUSED.replace("model x", "model three"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> WeightsImport.read(NetworkSpec.named("compact", 3), file, NameMap.SAME, 1))
        .withMessage(REFUSED.replace("model x", "compact"));
  }

  @Test
  void wholeFilesAndWhatIsNoOnnxFileAreLetThrough() throws Exception {
    Path scenes = SharedData.root().resolve("conf/models/compact-scenes/model.onnx");

    for (byte[] file : new byte[][] {{}, {1, 2, 3}, Files.readAllBytes(scenes)}) {
      assertThatCode(() -> OnnxExternalData.refuse("model x", file)).doesNotThrowAnyException();
    }
  }

  private static Onnx.GraphProto with(Onnx.AttributeProto.Builder attribute) {
    return Onnx.GraphProto.newBuilder()
        .addNode(Onnx.NodeProto.newBuilder().addAttribute(attribute))
        .build();
  }

  private static Onnx.StringStringEntryProto entry(String key, String value) {
    return Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
