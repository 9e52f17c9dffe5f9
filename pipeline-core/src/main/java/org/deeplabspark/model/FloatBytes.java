package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** Little-endian floating-point numbers of any width as 32-bit floats. */
enum FloatBytes {
  F32(4),
  F64(8),
  F16(2),
  BF16(2);

  private final int width;

  FloatBytes(int width) {
    this.width = width;
  }

  /** The format of that name, as safetensors files name them. */
  static Optional<FloatBytes> named(String name) {
    return Arrays.stream(values()).filter(format -> format.name().equals(name)).findFirst();
  }

  /** Bytes of one number. */
  int width() {
    return width;
  }

  /** All numbers of a buffer whose length is a multiple of the width. */
  float[] read(ByteBuffer bytes) {
    ByteBuffer source = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[source.remaining() / width];
    if (this == F32) {
      source.asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (this) {
            case F64 -> (float) source.getDouble(i * width);
            case F16 -> half(source.getShort(i * width));
            default -> Float.intBitsToFloat(source.getShort(i * width) << 16);
          };
    }
    return values;
  }

  /** IEEE 754 binary16: sign, 5 bits of exponent with a bias of 15, 10 bits of fraction. */
  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(((exponent - 15 + 127) << 23) | (fraction << 13));
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
