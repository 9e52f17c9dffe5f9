package org.deeplabspark.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * Refuses ONNX files that keep tensors in other files: those are under no digest, do not travel to
 * executors, and are looked for by ONNX Runtime in whatever directory a process was started in.
 *
 * <p>Only the lengths of messages are read, in place: the numbers themselves are stepped over.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">ONNX external data</a>
 */
public final class OnnxExternalData {

  /** Of graphs in nodes of graphs; that of protocol buffers themselves is 100 messages. */
  private static final int DEEPEST = 100;

  private static final int EXTERNAL = 1;

  private final String whose;
  private final CodedInputStream file;

  private OnnxExternalData(String whose, byte[] onnx) {
    this.whose = whose;
    this.file = CodedInputStream.newInstance(onnx);
  }

  /** Messages of onnx.proto that tensors may be in. */
  private enum Kind {
    MODEL,
    TRAINING,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR;

    /** What a field holds; null for what holds no tensors. */
    Kind in(int field) {
      return switch (this) {
        case MODEL ->
            switch (field) {
              case 7 -> GRAPH;
              case 20 -> TRAINING;
              case 25 -> FUNCTION;
              default -> null;
            };
        case TRAINING -> field == 1 || field == 2 ? GRAPH : null;
        case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
        case GRAPH ->
            switch (field) {
              case 1 -> NODE;
              case 5 -> TENSOR;
              case 15 -> SPARSE_TENSOR;
              default -> null;
            };
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE ->
            switch (field) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              case 22, 23 -> SPARSE_TENSOR;
              default -> null;
            };
        case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
        case TENSOR -> null;
      };
    }
  }

  /**
   * Looks through a file. One that is not in the format of protocol buffers is let through: whoever
   * loads it says so.
   *
   * @param whose weights they are, for the message
   * @throws IllegalArgumentException if a tensor lies in another file; one line that names both
   */
  public static void refuse(String whose, byte[] onnx) {
    try {
      new OnnxExternalData(whose, onnx).message(Kind.MODEL, 0);
    } catch (IOException e) {
      return;
    }
  }

  private void message(Kind kind, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException(
          String.format("Invalid weights for %s: its graphs are nested too deeply", whose));
    }
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      Kind inner =
          WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
              ? kind.in(WireFormat.getTagFieldNumber(tag))
              : null;
      if (inner == null) {
        file.skipField(tag);
        continue;
      }
      int outer = file.pushLimit(file.readRawVarint32());
      if (inner == Kind.TENSOR) {
        tensor();
      } else {
        message(inner, depth + 1);
      }
      file.popLimit(outer);
    }
  }

  private void tensor() throws IOException {
    String name = "";
    String location = "";
    boolean external = false;
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      if (tag == (8 << 3 | 2)) {
        name = text();
      } else if (tag == (14 << 3)) {
        external = file.readEnum() == EXTERNAL;
      } else if (tag == (13 << 3 | 2)) {
        String[] entry = entry();
        location = entry[0].equals("location") ? entry[1] : location;
      } else {
        file.skipField(tag);
      }
    }
    if (external || !location.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid weights for %s: tensor %s lies in another file, %s: save the network as one"
                  + " file (onnx.save_model(onnx.load(PATH), NEW_PATH))",
              whose, oneLine(name), oneLine(location)));
    }
  }

  /** Key and value. */
  private String[] entry() throws IOException {
    String[] entry = {"", ""};
    int outer = file.pushLimit(file.readRawVarint32());
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      if (tag == (1 << 3 | 2)) {
        entry[0] = text();
      } else if (tag == (2 << 3 | 2)) {
        entry[1] = text();
      } else {
        file.skipField(tag);
      }
    }
    file.popLimit(outer);
    return entry;
  }

  private String text() throws IOException {
    return new String(file.readByteArray(), StandardCharsets.UTF_8);
  }

  private static String oneLine(String text) {
    return text.isEmpty() ? "(no name)" : text.replaceAll("\\s+", " ");
  }
}
