package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.Map;
import java.util.TreeMap;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.device.DeviceKernel;

/** Counts launches and bytes, and on demand takes the time of each kernel. */
final class CountingDevice extends ForwardingDevice {

  private final Map<String, Long> nanos = new TreeMap<>();
  private boolean profiling;
  private long launches;
  private long bytesUp;
  private long bytesDown;
  private long reads;

  CountingDevice(Device device) {
    super(device);
  }

  /** Starts again, with or without a wait round each kernel that takes its time. */
  void restart(boolean withTimes) {
    profiling = withTimes;
    nanos.clear();
    launches = 0;
    bytesUp = 0;
    bytesDown = 0;
    reads = 0;
  }

  long launches() {
    return launches;
  }

  long bytesUp() {
    return bytesUp;
  }

  long bytesDown() {
    return bytesDown;
  }

  /** Times that the host waited for bytes. */
  long reads() {
    return reads;
  }

  /** By kernel. */
  Map<String, Long> nanos() {
    return nanos;
  }

  @Override
  public void write(DeviceBuffer to, Memory from) {
    bytesUp += from.size();
    super.write(to, from);
  }

  @Override
  public void read(DeviceBuffer from, Memory to) {
    bytesDown += to.size();
    reads++;
    super.read(from, to);
  }

  @Override
  public void launch(
      DeviceKernel kernel, int groups, int groupSize, int rows, Object... arguments) {
    launches++;
    if (!profiling) {
      super.launch(kernel, groups, groupSize, rows, arguments);
      return;
    }
    finish();
    long start = System.nanoTime();
    super.launch(kernel, groups, groupSize, rows, arguments);
    finish();
    nanos.merge(kernel.name(), System.nanoTime() - start, Long::sum);
  }
}
