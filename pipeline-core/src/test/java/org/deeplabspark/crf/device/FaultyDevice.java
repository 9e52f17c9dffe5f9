package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceKernel;
import org.deeplabspark.device.DeviceMemoryException;

/**
 * A device with faults: its memory is taken by somebody else in the middle of the work, it computes
 * wrongly, or it stops answering.
 */
public final class FaultyDevice extends ForwardingDevice {

  private float error;
  private boolean failing;
  private int allocations;
  private int allowed = Integer.MAX_VALUE;

  /** A device without a fault yet. */
  public FaultyDevice(Device device) {
    super(device);
  }

  /** Buffers made so far. */
  public int allocations() {
    return allocations;
  }

  /** From now on makes so many buffers and no more. */
  public void allow(int buffers) {
    allowed = buffers;
  }

  /** From now on some floats that are read are too large by this. */
  public void err(float by) {
    error = by;
  }

  /** From now on nothing can be launched. */
  public void fail() {
    failing = true;
  }

  @Override
  public DeviceBuffer allocate(long bytes) {
    if (allowed == 0) {
      throw new DeviceMemoryException("full");
    }
    allowed--;
    allocations++;
    return super.allocate(bytes);
  }

  @Override
  public void read(DeviceBuffer from, Memory to) {
    super.read(from, to);
    if (error != 0 && to.size() > 4096) {
      to.setFloat(4096, to.getFloat(4096) + error);
    }
  }

  @Override
  public void launch(
      DeviceKernel kernel, int groups, int groupSize, int rows, Object... arguments) {
    if (failing) {
      throw new DeviceException("the device does not answer");
    }
    super.launch(kernel, groups, groupSize, rows, arguments);
  }
}
