package org.deeplabspark.engine.dl4j;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Forward and backward pass of {@link AtrousConvolution}: passes ND4J's memory to the kernel. */
final class AtrousConvolutionLayer extends ConvolutionLayer {

  private static final long serialVersionUID = 1L;

  AtrousConvolutionLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  protected Pair<INDArray, INDArray> preOutput(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    validateInputRank();
    INDArray weights = getParamWithNoise(WEIGHT_KEY, training, workspaces);
    validateInputDepth(weights.size(1));
    ConvolutionShape shape = shape(input, weights);
    int images = (int) input.size(0);
    INDArray out =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {images, shape.outChannels(), shape.outHeight(), shape.outWidth()},
            'c');
    INDArray source = NativeArrays.dense(input);
    INDArray filters = NativeArrays.dense(weights);
    INDArray offsets =
        hasBias() ? NativeArrays.dense(getParamWithNoise(BIAS_KEY, training, workspaces)) : null;
    // ND4J frees the memory of unreachable arrays, and a bare address does not keep one reachable.
    try {
      ConvolutionGemm.forward(
          shape,
          images,
          NativeArrays.memory(source),
          NativeArrays.memory(filters),
          offsets == null ? null : NativeArrays.memory(offsets),
          NativeArrays.memory(out));
      return new Pair<>(out, null);
    } finally {
      Reference.reachabilityFence(source);
      Reference.reachabilityFence(filters);
      Reference.reachabilityFence(offsets);
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray weights = getParamWithNoise(WEIGHT_KEY, true, workspaces);
    ConvolutionShape shape = shape(input, weights);
    int images = (int) input.size(0);
    INDArray inputGradient =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    INDArray weightGradient = gradientViews.get(WEIGHT_KEY);
    Gradient gradient = new DefaultGradient();
    INDArray source = NativeArrays.dense(input);
    INDArray filters = NativeArrays.dense(weights);
    INDArray delta = NativeArrays.dense(epsilon);
    try {
      ConvolutionGemm.backward(
          shape,
          images,
          NativeArrays.memory(source),
          NativeArrays.memory(filters),
          NativeArrays.memory(delta),
          NativeArrays.memory(weightGradient),
          NativeArrays.memory(inputGradient));
      if (hasBias()) {
        INDArray biasGradient = gradientViews.get(BIAS_KEY);
        ConvolutionGemm.biasGradient(
            shape, images, NativeArrays.memory(delta), NativeArrays.memory(biasGradient));
        gradient.setGradientFor(BIAS_KEY, biasGradient);
      }
    } finally {
      Reference.reachabilityFence(source);
      Reference.reachabilityFence(filters);
      Reference.reachabilityFence(delta);
    }
    gradient.setGradientFor(WEIGHT_KEY, weightGradient, 'c');
    weightNoiseParams.clear();
    return new Pair<>(gradient, backpropDropOutIfPresent(inputGradient));
  }

  private ConvolutionShape shape(INDArray input, INDArray weights) {
    var conf = layerConf();
    return new ConvolutionShape(
        (int) weights.size(1),
        (int) weights.size(0),
        conf.getKernelSize()[0],
        conf.getStride()[0],
        conf.getPadding()[0],
        conf.getDilation()[0],
        (int) input.size(2),
        (int) input.size(3));
  }
}
