package org.deeplabspark.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads little-endian, C-ordered arrays of NumPy's format 1.0. */
public final class NpyFile {

  private NpyFile() {}

  /** Unsigned bytes. */
  public static byte[] bytes(Path file) {
    ByteBuffer data = data(file, "|u1");
    byte[] values = new byte[data.remaining()];
    data.get(values);
    return values;
  }

  /** Single-precision numbers. */
  public static float[] floats(Path file) {
    ByteBuffer data = data(file, "<f4");
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** Double-precision numbers. */
  public static double[] doubles(Path file) {
    ByteBuffer data = data(file, "<f8");
    double[] values = new double[data.remaining() / Double.BYTES];
    data.asDoubleBuffer().get(values);
    return values;
  }

  private static ByteBuffer data(Path file, String type) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int headerLength = buffer.getShort(8);
      String header = new String(buffer.array(), 10, headerLength, StandardCharsets.US_ASCII);
      if (!header.contains("'" + type + "'") || header.contains("'fortran_order': True")) {
        throw new IllegalArgumentException("Invalid array file: " + file + " has " + header);
      }
      buffer.position(10 + headerLength);
      return buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
