package org.deeplabspark.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** All that a training needs to go on: numbers only, so that reading one can run nothing. */
final class TrainingState {

  /** First bytes of a file; the digit is the format's version. */
  private static final int MAGIC = 0x444C5333; // "DLS3"

  private static final int CHUNK = 1 << 16;

  /**
   * What a checkpoint says of its training, before the parameters.
   *
   * @param identity settings that must be the same for it to go on
   * @param done minibatches of each worker so far
   * @param drawn minibatches of all workers so far
   * @param seconds spent so far
   * @param loss running mean
   * @param best validation mIoU of the model on disk; NaN where there is none
   */
  record CheckpointHeader(
      Map<String, String> identity,
      int done,
      long drawn,
      double seconds,
      double loss,
      double best) {

    OptionalDouble bestIfAny() {
      return Double.isNaN(best) ? OptionalDouble.empty() : OptionalDouble.of(best);
    }
  }

  private final CheckpointHeader header;
  private final float[] parameters;
  private final float[] momentum;

  private TrainingState(CheckpointHeader header, float[] parameters, float[] momentum) {
    this.header = header;
    this.parameters = parameters;
    this.momentum = momentum;
  }

  static TrainingState of(CheckpointHeader header, ComputationGraph graph) {
    return new TrainingState(
        header, floats(graph.params()), floats(graph.getUpdater().getStateViewArray()));
  }

  CheckpointHeader header() {
    return header;
  }

  /**
   * Puts the parameters, the momentum and the position on the rate's schedule into a graph.
   *
   * @param rateFactor how much larger the learning rate is than it was: Deeplearning4j's momentum
   *     is a sum of steps, not of gradients
   */
  void restore(ComputationGraph graph, double rateFactor) {
    graph.setParams(row(parameters));
    graph.getUpdater().setStateViewArray(row(momentum).muli(rateFactor));
    graph.getConfiguration().setIterationCount(header.done());
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(header.identity().size());
    for (Map.Entry<String, String> setting : header.identity().entrySet()) {
      out.writeUTF(setting.getKey());
      out.writeUTF(setting.getValue());
    }
    out.writeInt(header.done());
    out.writeLong(header.drawn());
    out.writeDouble(header.seconds());
    out.writeDouble(header.loss());
    out.writeDouble(header.best());
    write(parameters, out);
    write(momentum, out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the file is not one of this kind, or ends early
   */
  static TrainingState read(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC) {
      throw new IOException("not a checkpoint of this version");
    }
    CheckpointHeader header =
        new CheckpointHeader(
            readIdentity(in),
            in.readInt(),
            in.readLong(),
            in.readDouble(),
            in.readDouble(),
            in.readDouble());
    return new TrainingState(header, readFloats(in), readFloats(in));
  }

  private static Map<String, String> readIdentity(DataInputStream in) throws IOException {
    Map<String, String> identity = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      identity.put(in.readUTF(), in.readUTF());
    }
    return identity;
  }

  private static void write(float[] values, DataOutputStream out) throws IOException {
    out.writeInt(values.length);
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * CHUNK);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      bytes.clear().asFloatBuffer().put(values, from, count);
      out.write(bytes.array(), 0, Float.BYTES * count);
    }
  }

  private static float[] readFloats(DataInputStream in) throws IOException {
    float[] values = new float[in.readInt()];
    byte[] bytes = new byte[Float.BYTES * CHUNK];
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      in.readFully(bytes, 0, Float.BYTES * count);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(values, from, count);
    }
    return values;
  }

  private static float[] floats(INDArray row) {
    return row.dup('c').data().asFloat();
  }

  private static INDArray row(float[] values) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(1, values.length);
  }
}
