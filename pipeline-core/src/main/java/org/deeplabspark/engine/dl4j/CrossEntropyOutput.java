package org.deeplabspark.engine.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of every position of a score map. Its score is the cross-entropy alone: Deeplearning4j
 * adds the L2 penalty, which only the gradient needs. Only a layer configuration, like {@link
 * AtrousConvolution}.
 */
final class CrossEntropyOutput extends CnnLossLayer {

  private static final long serialVersionUID = 1L;

  /** Also for deserialisation. */
  CrossEntropyOutput() {
    setLossFn(new CrossEntropy());
    setActivationFn(Activation.SOFTMAX.getActivationFunction());
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
        new WithoutPenalty(conf, type), conf, listeners, index, parameters, initialise);
  }

  private static final class WithoutPenalty
      extends org.deeplearning4j.nn.layers.convolution.CnnLossLayer {

    private static final long serialVersionUID = 1L;

    WithoutPenalty(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public double computeScore(double penalty, boolean training, LayerWorkspaceMgr workspaces) {
      return super.computeScore(0, training, workspaces);
    }
  }
}
