package org.deeplabspark.engine;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.tensor.FeatureMap;

/** A network's own output for a photograph, before it is brought to the photograph's size. */
final class BareScores {

  private BareScores() {}

  static FeatureMap of(ScoreMaps network, ModelCard card, RgbImage photo) {
    Frame frame = Frame.of(photo, card.input().size());
    InputTensor input = new InputTensor(card.input());
    return network.scores(
        frame.inputHeight(), frame.inputWidth(), buffer -> input.write(photo, frame, buffer));
  }
}
