package org.deeplabspark.crf.device;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.device.DeviceMemoryException;

/** Arrays on a device within a budget; they are kept from batch to batch and grow. */
final class Workspace {

  private final Device device;
  private final long budgetBytes;
  private final Set<Array> held = new HashSet<>();
  private long bytes;

  Workspace(Device device, long budgetBytes) {
    this.device = device;
    this.budgetBytes = budgetBytes;
  }

  /** An array with no elements yet. */
  Array array() {
    return new Array();
  }

  /** Bytes of all arrays. */
  long bytes() {
    return bytes;
  }

  /** Frees the memory of all arrays, which can be used further. */
  void clear() {
    List.copyOf(held).forEach(Array::release);
  }

  /** An array whose contents do not survive its growth. */
  final class Array {

    private DeviceBuffer buffer;

    /**
     * Makes room.
     *
     * @param elements at least 0
     * @param elementBytes of each
     * @return the buffer, valid until the next call
     * @throws DeviceMemoryException if the device or the budget has no room; the array is empty
     */
    DeviceBuffer ofLength(long elements, int elementBytes) {
      long wanted = Math.max(16, elements * elementBytes);
      if (buffer == null || buffer.bytes() < wanted) {
        release();
        if (bytes + wanted > budgetBytes) {
          throw new DeviceMemoryException(
              String.format(
                  "%d MiB on the device are more than its budget of %d MiB",
                  ((bytes + wanted) >> 20) + 1, budgetBytes >> 20));
        }
        buffer = device.allocate(wanted);
        bytes += wanted;
        held.add(this);
      }
      return buffer;
    }

    DeviceBuffer ofInts(long length) {
      return ofLength(length, Integer.BYTES);
    }

    DeviceBuffer ofFloats(long length) {
      return ofLength(length, Float.BYTES);
    }

    DeviceBuffer ofLongs(long length) {
      return ofLength(length, Long.BYTES);
    }

    /** The buffer that was made last. */
    DeviceBuffer buffer() {
      return buffer;
    }

    /** Frees its memory; it can be used further. */
    void release() {
      if (buffer != null) {
        bytes -= buffer.bytes();
        device.release(buffer);
        buffer = null;
        held.remove(this);
      }
    }
  }
}
