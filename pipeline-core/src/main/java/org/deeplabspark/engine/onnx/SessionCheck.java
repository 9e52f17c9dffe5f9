package org.deeplabspark.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Map;
import org.deeplabspark.engine.CardCheck;
import org.deeplabspark.model.ModelCard;

/** Compares a model card with the tensors that a session declares. */
final class SessionCheck {

  private SessionCheck() {}

  static void run(ModelCard card, OrtSession session) throws OrtException {
    CardCheck check = new CardCheck(card);
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (inputs.size() != 1) {
      throw check.contradiction(
          "input", "the network must have one input, it has " + inputs.keySet());
    }
    check.input(shape(check, "input.name", card.input().name(), inputs));
    check.output(shape(check, "output.name", card.output().name(), session.getOutputInfo()));
  }

  private static long[] shape(
      CardCheck check, String key, String name, Map<String, NodeInfo> nodes) {
    NodeInfo node = nodes.get(name);
    if (node == null) {
      throw check.contradiction(
          key, String.format("the network has %s, not %s", nodes.keySet(), name));
    }
    if (!(node.getInfo() instanceof TensorInfo info)
        || info.type != OnnxJavaType.FLOAT
        || info.getShape().length != 4) {
      throw check.contradiction(
          key,
          String.format(
              "%s must be a float tensor of 4 dimensions, it is %s", name, node.getInfo()));
    }
    return info.getShape();
  }
}
