package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** One run of numbers in a file of PyTorch's, of which tensors are views. */
final class TorchStorage {

  /** Types by the class that the pickle names, with the bytes of a number. */
  private enum Type {
    F32(4),
    F64(8),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    private final int width;

    Type(int width) {
      this.width = width;
    }
  }

  private static final Map<String, Type> CLASSES =
      Map.of(
          "FloatStorage", Type.F32,
          "DoubleStorage", Type.F64,
          "HalfStorage", Type.F16,
          "BFloat16Storage", Type.BF16,
          "LongStorage", Type.I64,
          "IntStorage", Type.I32,
          "ShortStorage", Type.I16,
          "CharStorage", Type.I8,
          "ByteStorage", Type.U8,
          "BoolStorage", Type.BOOL);

  private final Type type;
  private final String key;
  private final long numbers;
  private ByteBuffer bytes;

  /** A storage whose place in the file is not known yet. */
  TorchStorage(String className, String key, long numbers) {
    this.type = CLASSES.get(className);
    this.key = key;
    this.numbers = numbers;
  }

  /** Whether it is a class that can be read. */
  static boolean isClass(String name) {
    return CLASSES.containsKey(name);
  }

  String key() {
    return key;
  }

  long numbers() {
    return numbers;
  }

  int width() {
    return type.width;
  }

  /** As {@link StoredTensor#type}. */
  String type() {
    return type.name();
  }

  /** Says where its numbers are. */
  void lies(ByteBuffer place) {
    if (place.remaining() != Math.multiplyExact(numbers, (long) type.width)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid .pth file: storage %s has %d bytes instead of %d numbers of type %s",
              StoredTensor.plain(key), place.remaining(), numbers, type));
    }
    bytes = place;
  }

  /** The numbers from one on, to the end. */
  float[] values(int from, int length) {
    Optional<FloatBytes> format = FloatBytes.named(type.name());
    if (format.isEmpty() || bytes == null) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid .pth file: cannot read storage %s of type %s",
              StoredTensor.plain(key), type));
    }
    return format.get().read(bytes.slice(from * type.width, length * type.width));
  }
}
