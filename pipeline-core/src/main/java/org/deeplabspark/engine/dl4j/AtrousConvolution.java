package org.deeplabspark.engine.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution that Deeplearning4j describes as its own but computes with {@link ConvolutionGemm}.
 *
 * <p>Only a layer configuration: wherever the network's configuration goes (broadcast, JSON), the
 * fast computation follows. NCHW, explicit padding and identity activation only.
 */
final class AtrousConvolution extends ConvolutionLayer {

  private static final long serialVersionUID = 1L;

  /** For deserialisation. */
  AtrousConvolution() {}

  AtrousConvolution(ConvolutionLayer.Builder description) {
    super(description);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    return CustomLayers.prepare(
        new AtrousConvolutionLayer(conf, type), conf, listeners, index, parameters, initialise);
  }
}
