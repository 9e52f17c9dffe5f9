package org.deeplabspark.engine.onnx;

import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.TinyNetwork;
import org.deeplabspark.model.Cards;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.OutputKind;

/** A program that loads a network and says so. */
final class OpenAndClose {

  private OpenAndClose() {}

  public static void main(String[] arguments) {
    byte[] network = TinyNetwork.nchw(3, 0, 0);
    try (OnnxEngine engine =
        OnnxEngine.open(
            Cards.free(network, TensorLayout.NCHW, OutputKind.LOGITS),
            network,
            new EngineSettings("cpu", 1))) {
      System.out.println("opened on " + engine.device());
    }
  }
}
