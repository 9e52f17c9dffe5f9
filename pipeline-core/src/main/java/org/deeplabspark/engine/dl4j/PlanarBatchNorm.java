package org.deeplabspark.engine.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch normalisation that Deeplearning4j describes as its own but computes with {@link
 * ChannelPlanes}; only a layer configuration, like {@link AtrousConvolution}. NCHW and stored
 * variances only.
 *
 * <p>When frozen it normalises with the stored statistics in training too, and no parameter
 * changes. Deeplearning4j's own frozen layers compute gradients as if the statistics were the
 * minibatch's.
 */
final class PlanarBatchNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  private boolean frozen;

  /** For deserialisation. */
  PlanarBatchNorm() {}

  PlanarBatchNorm(boolean frozen) {
    this.frozen = frozen;
  }

  /** For serialisation. */
  public boolean isFrozen() {
    return frozen;
  }

  /** For deserialisation. */
  public void setFrozen(boolean frozen) {
    this.frozen = frozen;
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
        new PlanarBatchNormLayer(conf, type), conf, listeners, index, parameters, initialise);
  }
}
