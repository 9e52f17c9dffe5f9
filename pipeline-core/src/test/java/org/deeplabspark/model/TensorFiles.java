package org.deeplabspark.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import onnx.Onnx;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** Weights files made in tests, byte by byte after the formats. */
final class TensorFiles {

  private TensorFiles() {}

  static Checkpoint random(NetworkSpec network) {
    Random random = new Random(3);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      float[] array = new float[parameter.length()];
      for (int i = 0; i < array.length; i++) {
        array[i] = 0.5f + random.nextFloat();
      }
      values.put(parameter.name(), array);
    }
    return new Checkpoint(network, values);
  }

  /** Type, shape and values by name. */
  static Map<String, Object[]> tensors(NetworkSpec network, Checkpoint checkpoint) {
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : network.parameters()) {
      tensors.put(
          parameter.name(),
          tensor(
              "F32",
              checkpoint.values(parameter.name()),
              parameter.shape().stream().mapToInt(Integer::intValue).toArray()));
    }
    return tensors;
  }

  static Object[] tensor(String type, float[] values, int... shape) {
    return new Object[] {type, shape, values};
  }

  static void put(Map<String, Object[]> tensors, String name, int... shape) {
    int length = 1;
    for (int size : shape) {
      length *= size;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i += 97) {
      values[i] = name.hashCode() % 100 + i;
    }
    tensors.put(name, tensor("F32", values, shape));
  }

  static byte[] safetensors(Map<String, Object[]> tensors) {
    ByteArrayOutputStream numbers = new ByteArrayOutputStream();
    List<String> entries = new ArrayList<>(List.of("\"__metadata__\":{\"format\":\"pt\"}"));
    tensors.forEach(
        (name, tensor) -> {
          int start = numbers.size();
          numbers.writeBytes(bytes((String) tensor[0], (float[]) tensor[2]));
          entries.add(
              String.format(
                  "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
                  name, tensor[0], Arrays.toString((int[]) tensor[1]), start, numbers.size()));
        });
    String header = "{" + String.join(",", entries) + "}";
    return file(header.getBytes(StandardCharsets.UTF_8), numbers.toByteArray());
  }

  static byte[] file(byte[] header, byte[] numbers) {
    return ByteBuffer.allocate(8 + header.length + numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(numbers)
        .array();
  }

  static byte[] bytes(String type, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case "F64" -> bytes.putDouble(value);
        case "I64" -> bytes.putLong((long) value);
        case "BF16" -> bytes.putShort((short) (Float.floatToIntBits(value) >> 16));
        case "F16" -> bytes.putShort(half(value));
        default -> bytes.putFloat(value);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Of values that binary16 holds exactly. */
  static short half(float value) {
    if (value == 0) {
      return 0;
    }
    int exponent = Math.max(-15, Math.getExponent(value));
    float unit = Math.scalb(1f, Math.max(-14, exponent) - 10);
    int fraction = Math.round(Math.abs(value) / unit) & 0x3ff;
    return (short) ((value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction);
  }

  static void put(
      Map<String, Object[]> tensors, String name, ParameterSpec parameter, Checkpoint checkpoint) {
    tensors.put(
        name,
        tensor(
            "F32",
            checkpoint.values(parameter.name()),
            parameter.shape().stream().mapToInt(Integer::intValue).toArray()));
  }

  /** As torch.save writes a dictionary of tensors: the pickle first, a storage a tensor. */
  static byte[] torch(Map<String, Object[]> tensors) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("weights/data.pkl", new byte[0]);
    ascii(pickle, "\u0080\u0002ccollections\nOrderedDict\n)R(");
    tensors.forEach(
        (name, tensor) -> {
          String key = String.valueOf(entries.size() - 1);
          String type = tensor[0].equals("I64") ? "Long" : "Float";
          float[] values = (float[]) tensor[2];
          entries.put("weights/data/" + key, bytes((String) tensor[0], values));
          text(pickle, name);
          ascii(pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
          text(pickle, "storage");
          ascii(pickle, "ctorch\n" + type + "Storage\n");
          text(pickle, key);
          text(pickle, "cpu");
          number(pickle, values.length);
          ascii(pickle, "tQK\u0000(");
          int[] shape = (int[]) tensor[1];
          Arrays.stream(shape).forEach(size -> number(pickle, size));
          ascii(pickle, "t(");
          for (int i = 0; i < shape.length; i++) {
            number(pickle, Arrays.stream(shape).skip(i + 1).reduce(1, (a, b) -> a * b));
          }
          ascii(pickle, "t\u0089ccollections\nOrderedDict\n)RtR");
        });
    ascii(pickle, "u.");
    entries.put("weights/data.pkl", pickle.toByteArray());
    entries.put("weights/version", new byte[] {'3', '\n'});
    return zip(entries);
  }

  private static void ascii(ByteArrayOutputStream pickle, String text) {
    pickle.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void text(ByteArrayOutputStream pickle, String text) {
    pickle.write('X');
    integer(pickle, text.length());
    ascii(pickle, text);
  }

  private static void number(ByteArrayOutputStream pickle, int value) {
    pickle.write('J');
    integer(pickle, value);
  }

  private static void integer(ByteArrayOutputStream pickle, int value) {
    pickle.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  /** A NetParameter of caffe.proto: layers in the order of their first blob. */
  static byte[] caffe(Map<String, Object[]> tensors) {
    Map<String, Map<Integer, Object[]>> layers = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          int dot = name.lastIndexOf('.');
          layers
              .computeIfAbsent(name.substring(0, dot), layer -> new TreeMap<>())
              .put(Integer.parseInt(name.substring(dot + 1)), tensor);
        });
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      CodedOutputStream net = CodedOutputStream.newInstance(file);
      net.writeString(1, "ResNet-101");
      for (Map.Entry<String, Map<Integer, Object[]>> layer : layers.entrySet()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        message.writeString(1, layer.getKey());
        message.writeString(2, "Convolution");
        for (Object[] tensor : layer.getValue().values()) {
          message.writeByteArray(7, blob((int[]) tensor[1], (float[]) tensor[2]));
        }
        message.flush();
        net.writeByteArray(100, bytes.toByteArray());
      }
      net.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static byte[] blob(int[] shape, float[] values) throws IOException {
    ByteArrayOutputStream sizes = new ByteArrayOutputStream();
    CodedOutputStream packed = CodedOutputStream.newInstance(sizes);
    for (int size : shape) {
      packed.writeInt64NoTag(size);
    }
    packed.flush();
    ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
    CodedOutputStream list = CodedOutputStream.newInstance(dimensions);
    list.writeByteArray(1, sizes.toByteArray());
    list.flush();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream blob = CodedOutputStream.newInstance(bytes);
    blob.writeByteArray(5, bytes("F32", values));
    blob.writeByteArray(7, dimensions.toByteArray());
    blob.flush();
    return bytes.toByteArray();
  }

  /** Entries stored as they are. */
  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Onnx.ModelProto model(byte[] onnx) {
    try {
      return Onnx.ModelProto.parseFrom(onnx);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }
}
