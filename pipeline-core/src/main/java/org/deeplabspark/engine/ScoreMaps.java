package org.deeplabspark.engine;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.deeplabspark.tensor.FeatureMap;

/** A network on an input tensor, whatever library runs it. */
interface ScoreMaps {

  /**
   * The network's own output for one input.
   *
   * @param height rows of the input, such as the model card allows
   * @param width columns of it
   * @param fill writes the input, 3 * height * width floats in the card's layout, by index
   * @return a new map [classes][rows * columns]
   */
  FeatureMap scores(int height, int width, Consumer<FloatBuffer> fill);
}
