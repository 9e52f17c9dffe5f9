package org.deeplabspark.engine.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Initialises our layers as Deeplearning4j's configurations initialise its own. */
final class CustomLayers {

  private CustomLayers() {}

  /** Sets a new layer's index, configuration and view of the parameters. */
  static <L extends BaseLayer<?>> L prepare(
      L layer,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(conf.getLayer().initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }
}
