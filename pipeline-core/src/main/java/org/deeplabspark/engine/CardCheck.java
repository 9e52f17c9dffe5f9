package org.deeplabspark.engine;

import java.util.Arrays;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.model.TensorLayout;

/**
 * Compares a model card with the shapes of a network's tensors. Shapes have four dimensions in the
 * card's layout; those that the network leaves open are negative.
 */
public final class CardCheck {

  private final ModelCard card;

  /** Compares with this card. */
  public CardCheck(ModelCard card) {
    this.card = card;
  }

  /**
   * Checks the shape that a network declares of its input.
   *
   * @throws IllegalArgumentException if the card's layout or size contradicts it
   */
  public void input(long[] shape) {
    boolean nchw = card.input().layout() == TensorLayout.NCHW;
    long channels = shape[nchw ? 1 : 3];
    // A network whose channels are open here but 3 in the other layout's place has that layout.
    boolean otherLayout = channels != 3 && shape[nchw ? 3 : 1] == 3;
    if (contradicts(shape[0], 1) || contradicts(channels, 3) || otherLayout) {
      throw contradiction(
          "input.layout",
          String.format(
              "%s with a batch of one and 3 channels, the network takes %s",
              card.input().layout(), Arrays.toString(shape)));
    }
    long height = shape[nchw ? 2 : 1];
    long width = shape[nchw ? 3 : 2];
    if (card.input().size() instanceof SizePolicy.Fixed fixed) {
      if (contradicts(height, fixed.height()) || contradicts(width, fixed.width())) {
        throw contradiction(
            "input.size",
            String.format(
                "%d x %d, the network takes %d x %d",
                fixed.width(), fixed.height(), width, height));
      }
    } else if (height > 0 || width > 0) {
      throw contradiction(
          "input.size", "any multiple, the network takes only " + Arrays.toString(shape));
    }
  }

  /**
   * Checks the number of channels of an output, declared or computed.
   *
   * @throws IllegalArgumentException if it is not the card's number of classes
   */
  public void output(long[] shape) {
    long channels = shape[card.output().layout() == TensorLayout.NCHW ? 1 : 3];
    if (channels == 1) {
      throw contradiction(
          "classes",
          String.format(
              "%d of them, the network gives one channel, %s; %s",
              card.classes().size(), Arrays.toString(shape), ModelCard.ONE_CHANNEL));
    }
    if (contradicts(channels, card.classes().size())) {
      throw contradiction(
          "classes",
          String.format(
              "%d of them in an output of layout %s, the network gives %s",
              card.classes().size(), card.output().layout(), Arrays.toString(shape)));
    }
  }

  /**
   * Checks a computed output in full, since declared shapes may leave dimensions open.
   *
   * @throws IllegalArgumentException if the card's classes or output stride contradict it
   */
  public void scores(int inputHeight, int inputWidth, long[] shape) {
    output(shape);
    boolean nchw = card.output().layout() == TensorLayout.NCHW;
    long height = shape[nchw ? 2 : 1];
    long width = shape[nchw ? 3 : 2];
    int expectedHeight = card.output().scores(inputHeight);
    int expectedWidth = card.output().scores(inputWidth);
    if (height != expectedHeight || width != expectedWidth) {
      throw contradiction(
          "output.stride",
          String.format(
              "%d makes scores of %d x %d from an input of %d x %d, the network gives %d x %d",
              card.output().stride(),
              expectedWidth,
              expectedHeight,
              inputWidth,
              inputHeight,
              width,
              height));
    }
  }

  private static boolean contradicts(long dimension, long expected) {
    return dimension > 0 && dimension != expected;
  }

  /** The error for a key of the card that does not fit the network. */
  public IllegalArgumentException contradiction(String key, String problem) {
    return new IllegalArgumentException(
        String.format("Invalid model card %s: %s: %s", card.name(), key, problem));
  }
}
