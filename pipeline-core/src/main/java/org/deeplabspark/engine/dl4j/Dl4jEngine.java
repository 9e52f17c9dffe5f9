package org.deeplabspark.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplabspark.engine.CardCheck;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.ForwardPass;
import org.deeplabspark.engine.PhotoInference;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.engine.TestTimeAugmentation;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.FoldedNetwork;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one of our networks by Deeplearning4j on the CPU, with batch normalisation folded and our
 * own convolution. One image at a time: a graph is not thread-safe.
 *
 * <p>ND4J and OpenBLAS have one number of threads for the whole process: the engine opened last
 * sets it.
 */
public final class Dl4jEngine implements SegmentationEngine, ForwardPass {

  private final ModelCard card;
  private final PhotoInference inference;
  private final NetworkSpec network;
  private ComputationGraph graph; // null when closed

  private Dl4jEngine(ModelCard card, FoldedNetwork folded, TestTimeAugmentation augmentation) {
    this.card = card;
    this.inference = new PhotoInference(card, augmentation);
    this.network = folded.network();
    this.graph = Dl4jGraph.forInference(network);
    Dl4jGraph.load(network, graph, folded.checkpoint());
  }

  /**
   * Loads a network and runs it once.
   *
   * @param card of the network
   * @param zip the weights file's content, as {@link Dl4jModelFile} writes it
   * @throws IllegalArgumentException if the card is for another engine or other weights, or a GPU
   *     is asked for
   */
  public static Dl4jEngine open(ModelCard card, byte[] zip, EngineSettings settings) {
    if (card.engine() != EngineKind.DL4J) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid model card %s: engine must be dl4j to run it by Deeplearning4j, got %s",
              card.name(), card.engine()));
    }
    if (!settings.device().equals("cpu") && !settings.mayFallBack()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid device: Deeplearning4j runs on the CPU here, got %s; export model %s to ONNX",
              settings.device(), card.name()));
    }
    card.requireDigestOf(zip);
    openblas_nolapack.blas_set_num_threads(settings.threads());
    Nd4j.getEnvironment().setMaxThreads(settings.threads());
    NetworkSpec network = card.spec();
    FoldedNetwork folded = FoldedNetwork.of(network, Dl4jModelFile.read(network, zip));
    Dl4jEngine engine = new Dl4jEngine(card, folded, settings.augmentation());
    engine.scores(new RgbImage(1, 1, new byte[3]));
    return engine;
  }

  @Override
  public NetworkScores scores(RgbImage image) {
    return inference.scores(image, this);
  }

  @Override
  public synchronized FeatureMap scores(int height, int width, Consumer<FloatBuffer> fill) {
    if (graph == null) {
      throw new IllegalStateException("The engine of model " + card.name() + " is closed");
    }
    float[] values = new float[Math.multiplyExact(3, Math.multiplyExact(height, width))];
    fill.accept(FloatBuffer.wrap(values));
    try (INDArray input = Nd4j.createFromArray(values).reshape('c', 1, 3, height, width)) {
      INDArray scores = graph.output(false, input)[0];
      new CardCheck(card).scores(height, width, scores.shape());
      return new FeatureMap(
          network.classes(),
          (int) scores.size(2),
          (int) scores.size(3),
          scores.dup('c').data().asFloat());
    }
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public synchronized void close() {
    graph = null;
  }
}
