package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.Map;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.device.DeviceKernel;
import org.deeplabspark.device.DeviceProgram;

/** Passes everything on to another device. */
class ForwardingDevice implements Device {

  private final Device device;

  ForwardingDevice(Device device) {
    this.device = device;
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
  public DeviceBuffer allocate(long bytes) {
    return device.allocate(bytes);
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
