package org.deeplabspark.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplabspark.engine.Dl4jGraph.Kernel;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network's parameters in Deeplearning4j's own file, which any of its programs can open: the
 * layers written into it are Deeplearning4j's, not ours.
 */
public final class Dl4jModelFile {

  private static final Learning NONE = new Learning(0, 1, 1, 1, 0, 0);

  private Dl4jModelFile() {}

  /** The zip file's bytes. */
  public static byte[] write(NetworkSpec network, Checkpoint checkpoint) {
    ComputationGraph graph = Dl4jGraph.create(network, NONE, Kernel.STOCK);
    Dl4jGraph.load(network, graph, checkpoint);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(graph, bytes, false);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the parameters, and only them: the layers come from {@code network}, so that nothing a
   * file names is ever loaded or run.
   *
   * @throws IllegalArgumentException if the file is not such a zip or is for another network
   */
  public static Checkpoint read(NetworkSpec network, byte[] zip) {
    ComputationGraph graph = Dl4jGraph.create(network, NONE, Kernel.STOCK);
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
