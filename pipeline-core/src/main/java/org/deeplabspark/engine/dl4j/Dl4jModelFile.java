package org.deeplabspark.engine.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplabspark.engine.dl4j.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.NetworkSpec;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A network's parameters in Deeplearning4j's own format, which any of its programs can open: the
 * file names no class of ours.
 */
public final class Dl4jModelFile {

  private Dl4jModelFile() {}

  /** Writes the layers and the parameters as a zip file. */
  public static byte[] write(NetworkSpec network, Checkpoint checkpoint) {
    ComputationGraph graph = Dl4jGraph.create(network, Dl4jGraph.UNTRAINED, Kernel.STOCK);
    Dl4jGraph.load(network, graph, checkpoint);
    for (Layer layer : graph.getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer parameters) {
        parameters.setIUpdater(new Sgd()); // PolySchedule is a class that other programs lack
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(graph, bytes, false);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the parameters only. The layers come from {@code network}, so that no class that the file
   * names is loaded.
   *
   * @throws IllegalArgumentException if the file is not such a zip or is for another network
   */
  public static Checkpoint read(NetworkSpec network, byte[] zip) {
    ComputationGraph graph = Dl4jGraph.create(network, Dl4jGraph.UNTRAINED, Kernel.STOCK);
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        if (entry.getName().equals(ModelSerializer.COEFFICIENTS_BIN)) {
          INDArray parameters = Nd4j.read(new DataInputStream(entries));
          if (parameters.length() != graph.numParams()) {
            throw new IllegalArgumentException(
                String.format(
                    "Invalid Deeplearning4j file: %s has %d parameters, the file %d",
                    network.name(), graph.numParams(), parameters.length()));
          }
          graph.setParams(parameters.castTo(DataType.FLOAT).reshape(1, parameters.length()));
          return Dl4jGraph.checkpoint(network, graph);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("Invalid Deeplearning4j file: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "Invalid Deeplearning4j file: there is no " + ModelSerializer.COEFFICIENTS_BIN + " in it");
  }
}
