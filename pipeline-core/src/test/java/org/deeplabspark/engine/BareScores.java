package org.deeplabspark.engine;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.tensor.FeatureMap;

/** A network's own output for a photograph, before it is resampled to the photograph's size. */
public final class BareScores {

  private BareScores() {}

  /** The arguments of {@link ForwardPass#scores}. */
  public record Input(int height, int width, Consumer<FloatBuffer> fill) {}

  /** A photograph's input. */
  public static Input input(ModelCard card, RgbImage photo) {
    Letterbox letterbox = Letterbox.of(photo, card.input().size());
    InputTensor input = new InputTensor(card.input());
    return new Input(
        letterbox.inputHeight(),
        letterbox.inputWidth(),
        buffer -> input.write(photo, letterbox, buffer));
  }

  /** Scores of a photograph's input. */
  public static FeatureMap of(ForwardPass network, ModelCard card, RgbImage photo) {
    Input input = input(card, photo);
    return network.scores(input.height(), input.width(), input.fill());
  }
}
