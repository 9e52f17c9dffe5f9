package org.deeplabspark.convert;

import org.deeplabspark.engine.dl4j.Dl4jModelFile;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.NameMap;
import org.deeplabspark.model.WeightsImport;

/** Weights of models of this project. */
public final class ModelWeights {

  private ModelWeights() {}

  /**
   * A model's weights as the parameters of its network, whatever engine its file is for.
   *
   * @throws IllegalArgumentException if its card names no network of ours or the file does not fit
   */
  public static Checkpoint of(Model model) {
    return model.card().engine() == EngineKind.DL4J
        ? Dl4jModelFile.read(model.card().spec(), model.weights())
        : WeightsImport.read(model.card().spec(), model.weights(), NameMap.SAME, 0);
  }
}
