package org.deeplabspark.device;

import com.sun.jna.Memory;

/** Kernel arguments as native bytes. */
final class Arguments {

  private Arguments() {}

  /**
   * Writes an argument.
   *
   * @param argument a {@link DeviceBuffer}, Integer or Float
   * @param to where, 8 bytes from {@code at} on
   * @return its bytes
   */
  static long put(Object argument, Memory to, long at) {
    if (argument instanceof DeviceBuffer buffer) {
      to.setLong(at, buffer.handle());
      return Long.BYTES;
    }
    if (argument instanceof Integer number) {
      to.setInt(at, number);
    } else {
      to.setFloat(at, (Float) argument);
    }
    return Integer.BYTES;
  }
}
