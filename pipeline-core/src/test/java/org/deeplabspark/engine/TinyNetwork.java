package org.deeplabspark.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An ONNX file with one convolution of kernel 1 whose class c is the colour c, sampled at every
 * fourth pixel: small enough to know every score. Fields are those of onnx.proto.
 */
public final class TinyNetwork {

  private static final int STRIDE = 4;

  private TinyNetwork() {}

  /** Batch, channels, rows, columns; 0 leaves rows and columns open. */
  public static byte[] nchw(int classes, int height, int width) {
    return model(
        List.of(conv("image", "scores")),
        classes,
        List.of(3, height, width),
        List.of(classes, 0, 0));
  }

  /** Batch, rows, columns, channels. */
  public static byte[] nhwc(int classes) {
    return model(
        List.of(
            transpose("image", "planar", 0, 3, 1, 2),
            conv("planar", "planarScores"),
            transpose("planarScores", "scores", 0, 2, 3, 1)),
        classes,
        List.of(0, 0, 3),
        List.of(0, 0, classes));
  }

  /** Any number of images; channels, open rows and columns. */
  public static byte[] openBatch(int classes) {
    return model(
        0, List.of(conv("image", "scores")), classes, List.of(3, 0, 0), List.of(classes, 0, 0));
  }

  /** Three classes, whose weights are said to lie in another file. */
  public static byte[] externalWeights(String location) {
    Message entry = new Message().text(1, "location").text(2, location);
    byte[] weights =
        new Message()
            .number(1, 3)
            .number(1, 3)
            .number(1, 1)
            .number(1, 1)
            .number(2, 1)
            .text(8, "weights")
            .bytes(13, entry.content())
            .number(14, 1)
            .content();
    return model(1, List.of(conv("image", "scores")), weights, List.of(3, 0, 0), List.of(3, 0, 0));
  }

  private static byte[] model(
      List<byte[]> nodes, int classes, List<Integer> input, List<Integer> output) {
    return model(1, nodes, classes, input, output);
  }

  private static byte[] model(
      int batch, List<byte[]> nodes, int classes, List<Integer> input, List<Integer> output) {
    ByteBuffer weights = ByteBuffer.allocate(4 * 3 * classes).order(ByteOrder.LITTLE_ENDIAN);
    for (int c = 0; c < classes; c++) {
      for (int color = 0; color < 3; color++) {
        weights.putFloat(c == color ? 1 : 0);
      }
    }
    byte[] tensor =
        new Message()
            .number(1, classes)
            .number(1, 3)
            .number(1, 1)
            .number(1, 1)
            .number(2, 1)
            .text(8, "weights")
            .bytes(9, weights.array())
            .content();
    return model(batch, nodes, tensor, input, output);
  }

  private static byte[] model(
      int batch, List<byte[]> nodes, byte[] weights, List<Integer> input, List<Integer> output) {
    Message graph = new Message();
    nodes.forEach(node -> graph.bytes(1, node));
    graph.text(2, "tiny").bytes(5, weights);
    graph.bytes(11, value("image", batch, input)).bytes(12, value("scores", batch, output));
    return new Message()
        .number(1, 8)
        .bytes(7, graph.content())
        .bytes(8, new Message().text(1, "").number(2, 13).content())
        .content();
  }

  private static byte[] conv(String input, String output) {
    return new Message()
        .text(1, input)
        .text(1, "weights")
        .text(2, output)
        .text(4, "Conv")
        .bytes(5, ints("kernel_shape", 1, 1))
        .bytes(5, ints("strides", STRIDE, STRIDE))
        .content();
  }

  private static byte[] transpose(String input, String output, int... order) {
    return new Message()
        .text(1, input)
        .text(2, output)
        .text(4, "Transpose")
        .bytes(5, ints("perm", order))
        .content();
  }

  private static byte[] ints(String name, int... values) {
    Message attribute = new Message().text(1, name);
    for (int value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7).content();
  }

  private static byte[] value(String name, int batch, List<Integer> dimensions) {
    List<Integer> sizes = new ArrayList<>(dimensions);
    sizes.add(0, batch);
    Message shape = new Message();
    for (int i = 0; i < sizes.size(); i++) {
      int size = sizes.get(i);
      Message dimension = new Message();
      shape.bytes(
          1, (size > 0 ? dimension.number(1, size) : dimension.text(2, name + i)).content());
    }
    Message tensor = new Message().number(1, 1).bytes(2, shape.content());
    return new Message()
        .text(1, name)
        .bytes(2, new Message().bytes(1, tensor.content()).content())
        .content();
  }

  /** Protocol-buffer wire format. */
  private static final class Message {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint(field << 3);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint(field << 3 | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] content() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      for (; rest > 0x7f; rest >>>= 7) {
        out.write((int) ((rest & 0x7f) | 0x80));
      }
      out.write((int) rest);
    }
  }
}
