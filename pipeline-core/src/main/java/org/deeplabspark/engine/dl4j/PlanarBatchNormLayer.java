package org.deeplabspark.engine.dl4j;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Forward and backward pass of {@link PlanarBatchNorm}. Each is a reduction of every channel and an
 * affine map of its values: a * x + b forward, p * delta + q * x + r backward.
 */
final class PlanarBatchNormLayer extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  /** Per channel, as used by the last forward pass; the backward pass needs them. */
  private double[] mean;

  private double[] variance;

  PlanarBatchNormLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray preOutput(INDArray x, TrainingMode mode, LayerWorkspaceMgr workspaces) {
    INDArray source = NativeArrays.dense(x);
    INDArray out =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, x.shape(), 'c');
    try {
      ChannelPlanes planes = new ChannelPlanes(source.shape());
      FloatBuffer values = NativeArrays.memory(source).asBuffer();
      if (mode == TrainingMode.TRAIN && !frozen()) {
        statistics(planes, values);
      } else {
        mean = parameter(GLOBAL_MEAN);
        variance = parameter(GLOBAL_VAR);
      }
      double[] gamma = parameter(GAMMA);
      double[] beta = parameter(BETA);
      float[] slope = new float[gamma.length];
      float[] offset = new float[gamma.length];
      for (int c = 0; c < gamma.length; c++) {
        double a = gamma[c] / deviation(c);
        slope[c] = (float) a;
        offset[c] = (float) (beta[c] - mean[c] * a);
      }
      planes.affine(values, slope, offset, NativeArrays.memory(out).asBuffer());
      return out;
    } finally {
      Reference.reachabilityFence(source);
    }
  }

  private void statistics(ChannelPlanes planes, FloatBuffer values) {
    double[][] sums = planes.sums(values, values);
    int count = planes.valuesOfChannel();
    mean = new double[sums.length];
    variance = new double[sums.length];
    for (int c = 0; c < sums.length; c++) {
      mean[c] = sums[c][0] / count;
      variance[c] = Math.max(0, sums[c][1] / count - mean[c] * mean[c]);
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray delta = NativeArrays.dense(epsilon);
    INDArray source = NativeArrays.dense(input);
    INDArray inputGradient =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, epsilon.shape(), 'c');
    try {
      ChannelPlanes planes = new ChannelPlanes(source.shape());
      FloatBuffer deltas = NativeArrays.memory(delta).asBuffer();
      FloatBuffer target = NativeArrays.memory(inputGradient).asBuffer();
      double[] gamma = parameter(GAMMA);
      if (frozen()) {
        float[] slope = new float[gamma.length];
        for (int c = 0; c < gamma.length; c++) {
          slope[c] = (float) (gamma[c] / deviation(c));
        }
        planes.affine(deltas, slope, new float[gamma.length], target);
        return new Pair<>(noGradient(), inputGradient);
      }
      return new Pair<>(
          gradient(planes, deltas, NativeArrays.memory(source).asBuffer(), gamma, target),
          inputGradient);
    } finally {
      Reference.reachabilityFence(delta);
      Reference.reachabilityFence(source);
    }
  }

  private Gradient gradient(
      ChannelPlanes planes,
      FloatBuffer deltas,
      FloatBuffer values,
      double[] gamma,
      FloatBuffer inputGradient) {
    double[][] sums = planes.sums(deltas, values);
    int channels = gamma.length;
    int count = planes.valuesOfChannel();
    float[] gammaGradient = new float[channels];
    float[] betaGradient = new float[channels];
    float[] ofDelta = new float[channels];
    float[] ofValue = new float[channels];
    float[] offset = new float[channels];
    for (int c = 0; c < channels; c++) {
      double inverse = 1 / deviation(c);
      double forGamma = (sums[c][1] - mean[c] * sums[c][0]) * inverse;
      double slope = gamma[c] * inverse;
      double back = slope * forGamma * inverse / count;
      gammaGradient[c] = (float) forGamma;
      betaGradient[c] = (float) sums[c][0];
      ofDelta[c] = (float) slope;
      ofValue[c] = (float) -back;
      offset[c] = (float) (back * mean[c] - slope * sums[c][0] / count);
    }
    planes.affine(deltas, ofDelta, values, ofValue, offset, inputGradient);
    Gradient gradient = new DefaultGradient();
    set(gradient, GAMMA, gammaGradient);
    set(gradient, BETA, betaGradient);
    set(gradient, GLOBAL_MEAN, step(GLOBAL_MEAN, mean));
    set(gradient, GLOBAL_VAR, step(GLOBAL_VAR, variance));
    return gradient;
  }

  /**
   * Update of a stored statistic as a gradient: Deeplearning4j subtracts it unscaled, and averages
   * it over workers like every other.
   */
  private float[] step(String statistic, double[] ofBatch) {
    double[] stored = parameter(statistic);
    float[] step = new float[stored.length];
    for (int c = 0; c < step.length; c++) {
      step[c] = (float) ((1 - layerConf().getDecay()) * (stored[c] - ofBatch[c]));
    }
    return step;
  }

  private Gradient noGradient() {
    Gradient none = new DefaultGradient();
    gradientViews.forEach((name, view) -> none.setGradientFor(name, view.assign(0)));
    return none;
  }

  private void set(Gradient gradient, String name, float[] values) {
    INDArray view = gradientViews.get(name);
    for (int c = 0; c < values.length; c++) {
      view.putScalar(c, values[c]);
    }
    gradient.setGradientFor(name, view);
  }

  private double[] parameter(String name) {
    return getParam(name).toDoubleVector();
  }

  private double deviation(int channel) {
    return Math.sqrt(variance[channel] + layerConf().getEps());
  }

  private boolean frozen() {
    return ((PlanarBatchNorm) layerConf()).isFrozen();
  }
}
