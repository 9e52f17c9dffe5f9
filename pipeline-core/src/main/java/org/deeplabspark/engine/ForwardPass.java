package org.deeplabspark.engine;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.deeplabspark.tensor.FeatureMap;

/** A network's forward pass, whatever library runs it. */
public interface ForwardPass {

  /**
   * Runs the network on one input.
   *
   * @param height rows of the input, as the model card allows
   * @param width columns of the input, as the model card allows
   * @param fill writes the input, 3 * height * width floats in the card's layout, by index
   * @return a new map [classes][rows * columns], the network's own output
   */
  FeatureMap scores(int height, int width, Consumer<FloatBuffer> fill);
}
