package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;

/** Copies arrays to a device and back. */
final class NativeCopies {

  private NativeCopies() {}

  static DeviceBuffer write(Device device, Array to, int[] values) {
    Memory memory = new Memory((long) Integer.BYTES * values.length);
    memory.write(0, values, 0, values.length);
    return write(device, to, memory);
  }

  static DeviceBuffer write(Device device, Array to, long[] values) {
    Memory memory = new Memory((long) Long.BYTES * values.length);
    memory.write(0, values, 0, values.length);
    return write(device, to, memory);
  }

  static DeviceBuffer write(Device device, Array to, float[] values) {
    Memory memory = new Memory((long) Float.BYTES * values.length);
    memory.write(0, values, 0, values.length);
    return write(device, to, memory);
  }

  static DeviceBuffer write(Device device, Array to, Memory memory) {
    DeviceBuffer buffer = to.ofLength(memory.size(), 1);
    device.write(buffer, memory);
    return buffer;
  }

  static int[] ints(Device device, DeviceBuffer from, int length) {
    Memory memory = new Memory((long) Integer.BYTES * length);
    device.read(from, memory);
    return memory.getIntArray(0, length);
  }

  static float[] floats(Device device, DeviceBuffer from, int length) {
    Memory memory = new Memory((long) Float.BYTES * length);
    device.read(from, memory);
    return memory.getFloatArray(0, length);
  }

  static byte[] bytes(Device device, DeviceBuffer from, int length) {
    Memory memory = new Memory(length);
    device.read(from, memory);
    return memory.getByteArray(0, length);
  }
}
