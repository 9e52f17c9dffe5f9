package org.deeplabspark.engine;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Forward and backward pass of {@link AtrousConvolution}: hands ND4J's memory to the kernel. */
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
    INDArray weights =
        getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, training, workspaces);
    validateInputDepth(weights.size(1));
    ConvolutionShape shape = shape(input, weights);
    int images = (int) input.size(0);
    INDArray out =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {images, shape.outChannels(), shape.outHeight(), shape.outWidth()},
            'c');
    INDArray source = dense(input);
    INDArray filters = dense(weights);
    INDArray offsets =
        hasBias()
            ? dense(getParamWithNoise(ConvolutionParamInitializer.BIAS_KEY, training, workspaces))
            : null;
    // ND4J frees the memory of unreachable arrays, and a bare address does not keep one reachable.
    try {
      TapProducts.forward(
          shape,
          images,
          memory(source),
          memory(filters),
          offsets == null ? null : memory(offsets),
          memory(out));
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
    INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, true, workspaces);
    ConvolutionShape shape = shape(input, weights);
    int images = (int) input.size(0);
    INDArray inputGradient =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    INDArray weightGradient = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
    Gradient gradient = new DefaultGradient();
    INDArray source = dense(input);
    INDArray filters = dense(weights);
    INDArray delta = dense(epsilon);
    try {
      TapProducts.backward(
          shape,
          images,
          memory(source),
          memory(filters),
          memory(delta),
          memory(weightGradient),
          memory(inputGradient));
      if (hasBias()) {
        INDArray biasGradient = gradientViews.get(ConvolutionParamInitializer.BIAS_KEY);
        TapProducts.biasGradient(shape, images, memory(delta), memory(biasGradient));
        gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasGradient);
      }
    } finally {
      Reference.reachabilityFence(source);
      Reference.reachabilityFence(filters);
      Reference.reachabilityFence(delta);
    }
    gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightGradient, 'c');
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

  /** The same values in one piece and C order; a copy only where they are not so already. */
  private static INDArray dense(INDArray array) {
    boolean ready = array.ordering() == 'c' && cOrder(array);
    return ready && array.dataType() == DataType.FLOAT
        ? array
        : array.castTo(DataType.FLOAT).dup('c');
  }

  private static boolean cOrder(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) > 1 && array.stride(axis) != expected) {
        return false;
      }
      expected *= array.size(axis);
    }
    return true;
  }

  private static FloatPointer memory(INDArray array) {
    Pointer address = array.data().addressPointer();
    return new FloatPointer(address).capacity(array.length());
  }
}
