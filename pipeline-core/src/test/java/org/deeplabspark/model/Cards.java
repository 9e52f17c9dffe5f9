package org.deeplabspark.model;

import java.util.List;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.OutputKind;

/** Cards of small networks for tests. */
public final class Cards {

  private Cards() {}

  /** Three classes, any size in multiples of 4, pixel values as they are. */
  public static ModelCard free(byte[] weights, TensorLayout layout, OutputKind kind) {
    return card(weights, layout, ChannelOrder.RGB, kind, new SizePolicy.Free(4, 0));
  }

  /** Three classes, scores at a quarter of the input's size. */
  public static ModelCard card(
      byte[] weights, TensorLayout layout, ChannelOrder order, OutputKind kind, SizePolicy size) {
    return new ModelCard(
        "three",
        EngineKind.ONNX,
        "",
        List.of(
            new ClassLabel("ground", "#000000"),
            new ClassLabel("tree", "#00ff00"),
            new ClassLabel("sky \"high\"", "#0000ff")),
        255,
        new ModelInput(
            "image",
            layout,
            order,
            List.of(0.0, 0.0, 0.0),
            List.of(1.0, 1.0, 1.0),
            List.of(0.0, 0.0, 0.0),
            size),
        new ModelOutput("scores", layout, kind, 4, AlignCorners.NO),
        "model.onnx",
        Sha256.of(weights),
        "made for tests");
  }
}
