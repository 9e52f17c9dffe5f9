package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.Map;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceKernel;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.device.DeviceProgram;

/**
 * A device with faults: its memory is taken by somebody else in the middle of the work, it computes
 * wrongly, or it stops answering.
 */
public final class FaultyDevice implements Device {

  private final Device device;
  private float error;
  private boolean failing;
  private int allocations;
  private int allowed = Integer.MAX_VALUE;

  public FaultyDevice(Device device) {
    this.device = device;
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
    return device.allocate(bytes);
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public boolean isGpu() {
    return device.isGpu();
  }

  @Override
  public long memoryBytes() {
    return device.memoryBytes();
  }

  @Override
  public long largestBufferBytes() {
    return device.largestBufferBytes();
  }

  @Override
  public void release(DeviceBuffer buffer) {
    device.release(buffer);
  }

  @Override
  public void write(DeviceBuffer to, Memory from) {
    device.write(to, from);
  }

  @Override
  public void read(DeviceBuffer from, Memory to) {
    device.read(from, to);
    if (error != 0 && to.size() > 4096) {
      to.setFloat(4096, to.getFloat(4096) + error);
    }
  }

  @Override
  public DeviceProgram compile(String source, Map<String, Integer> constants) {
    return device.compile(source, constants);
  }

  @Override
  public DeviceKernel kernel(DeviceProgram program, String name) {
    return device.kernel(program, name);
  }

  @Override
  public void launch(
      DeviceKernel kernel, int groups, int groupSize, int rows, Object... arguments) {
    if (failing) {
      throw new DeviceException("the device does not answer");
    }
    device.launch(kernel, groups, groupSize, rows, arguments);
  }

  @Override
  public void finish() {
    device.finish();
  }

  @Override
  public void close() {
    device.close();
  }
}
