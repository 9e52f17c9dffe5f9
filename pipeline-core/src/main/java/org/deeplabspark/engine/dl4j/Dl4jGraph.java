package org.deeplabspark.engine.dl4j;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.Dropout;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.LayerSpec.Relu;
import org.deeplabspark.network.LayerSpec.Sum;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Builds Deeplearning4j graphs of networks and copies parameters in and out of them. */
public final class Dl4jGraph {

  /** Name of the layer with the softmax cross-entropy of each position. */
  public static final String LOSS = "loss";

  /** Implementation of convolutions and batch normalisations. */
  public enum Kernel {
    /** Ours: {@link ConvolutionGemm}, {@link ChannelPlanes} and {@link CrossEntropyOutput}. */
    GEMM,
    /** Deeplearning4j's own, to compare with; a frozen normalisation is not right there. */
    STOCK
  }

  private static final double CLASSIFIER_DEVIATION = 0.002;

  /** Updater of frozen layers. Deeplearning4j's NoOp would subtract the gradient as it is. */
  private static final Sgd NO_UPDATE = new Sgd(0);

  /** For graphs that are not trained. */
  static final SgdSettings UNTRAINED = new SgdSettings(0, 1, 1, 1, 0, 0);

  private Dl4jGraph() {}

  /**
   * A graph with random weights (He et al. 2015; the classifier normal with deviation 0.002), ready
   * to train on {@code loss}: labels one-hot [n][classes][h][w], mask [n][1][h][w] as the weight of
   * each position. Its score is the cross-entropy without the L2 penalty.
   */
  public static ComputationGraph create(NetworkSpec network, SgdSettings sgd, Kernel kernel) {
    return create(network, sgd, kernel, Set.of());
  }

  /**
   * The same graph with layers that do not learn.
   *
   * @param frozen names of layers whose parameters stay as they are; a batch normalisation among
   *     them normalises with its stored statistics
   */
  public static ComputationGraph create(
      NetworkSpec network, SgdSettings sgd, Kernel kernel, Set<String> frozen) {
    ComputationGraph graph =
        new ComputationGraph(
            layers(network, sgd, kernel, frozen)
                .addLayer(LOSS, loss(kernel), network.output())
                .setOutputs(LOSS)
                .build());
    graph.init();
    return graph;
  }

  private static CnnLossLayer loss(Kernel kernel) {
    return kernel == Kernel.GEMM
        ? new CrossEntropyOutput()
        : new CnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
  }

  /** A graph of zeros whose output is the network's logits; it cannot be trained. */
  static ComputationGraph forInference(NetworkSpec network) {
    GraphBuilder builder = layers(network, UNTRAINED, Kernel.GEMM, Set.of());
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(network.output()).build());
    graph.init(Nd4j.zeros(1, network.parameterCount()), false);
    return graph;
  }

  private static GraphBuilder layers(
      NetworkSpec network, SgdSettings sgd, Kernel kernel, Set<String> frozen) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(sgd.seed())
            .weightInit(WeightInit.RELU)
            .activation(Activation.IDENTITY)
            .l2(sgd.weightDecay())
            .updater(updater(sgd, sgd.rate()))
            .graphBuilder()
            .addInputs(NetworkSpec.INPUT);
    network
        .layers()
        .forEach(layer -> add(builder, layer, sgd, kernel, frozen.contains(layer.name())));
    return builder;
  }

  private static void add(
      GraphBuilder builder, LayerSpec layer, SgdSettings sgd, Kernel kernel, boolean frozen) {
    String[] inputs = layer.inputs().toArray(String[]::new);
    if (layer instanceof Convolution convolution) {
      ConvolutionLayer.Builder description = describe(convolution, sgd, frozen);
      builder.addLayer(
          layer.name(),
          kernel == Kernel.GEMM ? new AtrousConvolution(description) : description.build(),
          inputs);
    } else if (layer instanceof MaxPool pool) {
      addPool(builder, pool);
    } else if (layer instanceof Dropout dropout) {
      builder.addLayer(layer.name(), new DropoutLayer(1 - dropout.probability()), inputs);
    } else if (layer instanceof BatchNorm norm) {
      BatchNormalization description =
          kernel == Kernel.GEMM ? new PlanarBatchNorm(frozen) : new BatchNormalization();
      builder.addLayer(layer.name(), describe(norm, description, frozen), inputs);
    } else if (layer instanceof Relu) {
      builder.addLayer(layer.name(), new ActivationLayer(Activation.RELU), inputs);
    } else if (layer instanceof Sum) {
      builder.addVertex(layer.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs);
    }
  }

  /**
   * Deeplearning4j rounds the size of a pooling down. Zeros, which never win after a ReLU, are
   * padded below and to the right for the window that it would leave out.
   */
  private static void addPool(GraphBuilder builder, MaxPool pool) {
    String input = pool.input();
    int more = pool.stride() - 1;
    if (more > 0) {
      input = pool.name() + ".padding";
      builder.addLayer(input, new ZeroPaddingLayer(0, more, 0, more), pool.input());
    }
    builder.addLayer(
        pool.name(),
        new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
            .kernelSize(pool.kernel(), pool.kernel())
            .stride(pool.stride(), pool.stride())
            .padding(pool.pad(), pool.pad())
            .convolutionMode(ConvolutionMode.Truncate)
            .build(),
        input);
  }

  private static BatchNormalization describe(
      BatchNorm layer, BatchNormalization description, boolean frozen) {
    description.setNIn(layer.channels());
    description.setNOut(layer.channels());
    description.setEps(layer.epsilon());
    description.setUseLogStd(false);
    if (frozen) {
      description.setIUpdater(NO_UPDATE);
    }
    return description;
  }

  private static ConvolutionLayer.Builder describe(
      Convolution layer, SgdSettings sgd, boolean frozen) {
    ConvolutionLayer.Builder description =
        new ConvolutionLayer.Builder()
            .kernelSize(layer.kernel(), layer.kernel())
            .stride(layer.stride(), layer.stride())
            .padding(layer.pad(), layer.pad())
            .dilation(layer.rate(), layer.rate())
            .convolutionMode(ConvolutionMode.Truncate)
            .nIn(layer.inChannels())
            .nOut(layer.channels())
            .hasBias(layer.bias());
    if (layer.classifier()) {
      description
          .weightInit(new NormalDistribution(0, CLASSIFIER_DEVIATION))
          .updater(updater(sgd, sgd.rate() * sgd.classifierFactor()));
    }
    if (frozen) {
      description.updater(NO_UPDATE);
    }
    return description;
  }

  private static Nesterovs updater(SgdSettings sgd, double rate) {
    return new Nesterovs(new PolySchedule(rate, sgd.iterations()), sgd.momentum());
  }

  /**
   * Changes the length of the poly policy in the graph's configuration. Copies made of it from now
   * on, as for Spark's workers, follow the new length.
   */
  public static void setIterations(
      NetworkSpec network, ComputationGraph graph, SgdSettings sgd, int iterations) {
    for (LayerSpec layer : network.layers()) {
      // Deeplearning4j's own setLearningRate fails where a layer has parameters without updater
      // state, as the statistics of batch normalisation are.
      if (graph.getLayer(layer.name()) != null
          && graph.getLayer(layer.name()).conf().getLayer() instanceof BaseLayer parameters
          && parameters.getIUpdater() instanceof Nesterovs updater) {
        boolean classifier = network.classifiers().contains(layer.name());
        double rate = sgd.rate() * (classifier ? sgd.classifierFactor() : 1);
        updater.setLrAndSchedule(rate, new PolySchedule(rate, iterations));
      }
    }
  }

  /** L2 penalty of the weights that learn: what weight decay is the gradient of. */
  public static double penalty(ComputationGraph graph, Set<String> frozen) {
    double sum = 0;
    for (Layer layer : graph.getLayers()) {
      if (!frozen.contains(layer.conf().getLayer().getLayerName())) {
        sum += layer.calcRegularizationScore(true);
      }
    }
    return sum;
  }

  /** Copies the graph's parameters out. */
  public static Checkpoint checkpoint(NetworkSpec network, ComputationGraph graph) {
    Map<String, float[]> values = new HashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      values.put(
          parameter.name(), graph.getParam(key(network, parameter)).dup('c').data().asFloat());
    }
    return new Checkpoint(network, values);
  }

  /** Copies parameters into the graph. */
  public static void load(NetworkSpec network, ComputationGraph graph, Checkpoint checkpoint) {
    for (ParameterSpec parameter : network.parameters()) {
      INDArray target = graph.getParam(key(network, parameter));
      target.assign(
          Nd4j.createFromArray(checkpoint.values(parameter.name())).reshape('c', target.shape()));
    }
  }

  /** Logits [n][classes][h][w] of images [n][3][height][width], with stored statistics. */
  public static INDArray logits(NetworkSpec network, ComputationGraph graph, INDArray images) {
    return graph.feedForward(images, false).get(network.output());
  }

  /** Deeplearning4j's key of a parameter: the layer's name and its own word for the role. */
  private static String key(NetworkSpec network, ParameterSpec parameter) {
    int dot = parameter.name().lastIndexOf('.');
    String layer = parameter.name().substring(0, dot);
    boolean norm =
        network.layers().stream().anyMatch(l -> l instanceof BatchNorm && l.name().equals(layer));
    String role =
        switch (parameter.name().substring(dot + 1)) {
          case "weight" -> norm ? "gamma" : "W";
          case "bias" -> norm ? "beta" : "b";
          case "running_mean" -> "mean";
          default -> "var";
        };
    return layer + "_" + role;
  }
}
