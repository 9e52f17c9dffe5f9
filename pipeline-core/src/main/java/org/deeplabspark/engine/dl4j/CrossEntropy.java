package org.deeplabspark.engine.dl4j;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Softmax cross-entropy from the logits, as other frameworks compute it. Deeplearning4j's own cuts
 * probabilities off at 1e-10, so that a network that has diverged never looks worse than 23; the
 * gradient is the same.
 */
final class CrossEntropy extends LossMCXENT {

  private static final long serialVersionUID = 1L;

  /** Also for deserialisation. */
  CrossEntropy() {}

  @Override
  protected INDArray scoreArray(
      INDArray labels, INDArray logits, IActivation softmax, INDArray weights) {
    // ND4J's log softmax is the logarithm of a softmax that may be 0.
    INDArray below = logits.subColumnVector(logits.max(true, 1));
    INDArray logSum = Transforms.log(Transforms.exp(below, true).sum(true, 1), false);
    INDArray scores = below.subiColumnVector(logSum).muli(labels.castTo(logits.dataType()));
    return weights == null ? scores : scores.muliColumnVector(weights.castTo(scores.dataType()));
  }
}
