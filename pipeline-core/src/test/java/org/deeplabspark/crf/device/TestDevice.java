package org.deeplabspark.crf.device;

import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceKernel;
import org.deeplabspark.device.DeviceProgram;
import org.deeplabspark.device.Devices;

/** The device that tests run on, a GPU or PoCL's; tests are skipped where there is none. */
public final class TestDevice extends ForwardingDevice {

  private final Map<List<Object>, DeviceProgram> programs = new HashMap<>();
  private final Map<List<Object>, DeviceKernel> kernels = new HashMap<>();

  private TestDevice(Device device) {
    super(device);
  }

  /** Opens it; each program and kernel is compiled once for all that use it, PoCL takes seconds. */
  public static Device open() {
    assumeThatCode(() -> Devices.open(0, true).close()).doesNotThrowAnyException();
    return new TestDevice(Devices.open(0, true));
  }

  @Override
  public DeviceProgram compile(String source, Map<String, Integer> constants) {
    return programs.computeIfAbsent(
        List.of(source, constants), any -> super.compile(source, constants));
  }

  @Override
  public DeviceKernel kernel(DeviceProgram program, String name) {
    return kernels.computeIfAbsent(List.of(program, name), any -> super.kernel(program, name));
  }
}
