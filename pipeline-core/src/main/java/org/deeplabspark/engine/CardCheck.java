package org.deeplabspark.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.Map;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.model.TensorLayout;

/** Holds a card to what a network declares of its input and output. */
final class CardCheck {

  private final ModelCard card;

  private CardCheck(ModelCard card) {
    this.card = card;
  }

  static void run(ModelCard card, OrtSession session) throws OrtException {
    CardCheck check = new CardCheck(card);
    if (session.getInputInfo().size() != 1) {
      throw check.contradiction(
          "input", "the network must have one input, it has " + session.getInputInfo().keySet());
    }
    check.input(check.shape("input", card.input().name(), session.getInputInfo()));
    check.output(check.shape("output", card.output().name(), session.getOutputInfo()));
  }

  private long[] shape(String what, String name, Map<String, NodeInfo> nodes) {
    NodeInfo node = nodes.get(name);
    if (node == null) {
      throw contradiction(
          what + ".name", String.format("the network has %s, not %s", nodes.keySet(), name));
    }
    if (!(node.getInfo() instanceof TensorInfo info)
        || info.type != OnnxJavaType.FLOAT
        || info.getShape().length != 4) {
      throw contradiction(
          what + ".name",
          String.format(
              "%s must be a float tensor of 4 dimensions, it is %s", name, node.getInfo()));
    }
    return info.getShape();
  }

  private void input(long[] shape) {
    boolean nchw = card.input().layout() == TensorLayout.NCHW;
    long channels = shape[nchw ? 1 : 3];
    // A network that leaves the place open but has its 3 in the other layout's is of that one.
    boolean otherLayout = channels != 3 && shape[nchw ? 3 : 1] == 3;
    if (isNot(shape[0], 1) || isNot(channels, 3) || otherLayout) {
      throw contradiction(
          "input.layout",
          String.format(
              "%s with a batch of one and 3 channels, the network takes %s",
              card.input().layout(), Arrays.toString(shape)));
    }
    long height = shape[nchw ? 2 : 1];
    long width = shape[nchw ? 3 : 2];
    if (card.input().size() instanceof SizePolicy.Fixed fixed) {
      if (isNot(height, fixed.height()) || isNot(width, fixed.width())) {
        throw contradiction(
            "input.size",
            String.format(
                "%d x %d, the network takes %d x %d",
                fixed.width(), fixed.height(), width, height));
      }
    } else if (height > 0 || width > 0) {
      throw contradiction(
          "input.size",
          String.format("any multiple, the network takes only %s", Arrays.toString(shape)));
    }
  }

  private void output(long[] shape) {
    boolean nchw = card.output().layout() == TensorLayout.NCHW;
    if (shape[nchw ? 1 : 3] == 1) {
      throw contradiction(
          "classes",
          String.format(
              "%d of them, the network gives one channel, %s; %s",
              card.classes().size(), Arrays.toString(shape), ModelCard.ONE_CHANNEL));
    }
    if (isNot(shape[nchw ? 1 : 3], card.classes().size())) {
      throw contradiction(
          "classes",
          String.format(
              "%d of them in an output of layout %s, the network gives %s",
              card.classes().size(), card.output().layout(), Arrays.toString(shape)));
    }
  }

  /** Compares the score map of a first run, since declared shapes may leave sizes open. */
  void scores(int inputHeight, int inputWidth, long[] shape) {
    boolean nchw = card.output().layout() == TensorLayout.NCHW;
    long classes = shape[nchw ? 1 : 3];
    long height = shape[nchw ? 2 : 1];
    long width = shape[nchw ? 3 : 2];
    if (classes != card.classes().size()) {
      output(shape);
    }
    int wantedHeight = card.output().scores(inputHeight);
    int wantedWidth = card.output().scores(inputWidth);
    if (height != wantedHeight || width != wantedWidth) {
      throw contradiction(
          "output.stride",
          String.format(
              "%d makes scores of %d x %d from an input of %d x %d, the network gives %d x %d",
              card.output().stride(),
              wantedWidth,
              wantedHeight,
              inputWidth,
              inputHeight,
              width,
              height));
    }
  }

  static void scores(ModelCard card, int inputHeight, int inputWidth, long[] shape) {
    new CardCheck(card).scores(inputHeight, inputWidth, shape);
  }

  /** Dimensions that the network leaves open are negative. */
  private static boolean isNot(long dimension, long wanted) {
    return dimension > 0 && dimension != wanted;
  }

  private IllegalArgumentException contradiction(String key, String problem) {
    return new IllegalArgumentException(
        String.format("Invalid model card %s: %s: %s", card.name(), key, problem));
  }
}
