package org.deeplabspark.engine;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Forward and backward pass of {@link StoredNorm}: a scale and a shift of each channel. */
final class StoredNormLayer extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  StoredNormLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    return super.activate(false, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Gradient none = new DefaultGradient();
    gradientViews.forEach(
        (name, view) -> {
          view.assign(0);
          none.setGradientFor(name, view);
        });
    INDArray deviation =
        Transforms.sqrt(
            getParam(BatchNormalizationParamInitializer.GLOBAL_VAR).add(layerConf().getEps()),
            false);
    INDArray scale =
        getParam(BatchNormalizationParamInitializer.GAMMA)
            .div(deviation)
            .reshape(1, layerConf().getNOut(), 1, 1);
    return new Pair<>(none, workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, epsilon.mul(scale)));
  }
}
