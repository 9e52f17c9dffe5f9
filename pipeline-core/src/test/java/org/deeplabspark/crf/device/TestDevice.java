package org.deeplabspark.crf.device;

import static org.assertj.core.api.Assumptions.assumeThatCode;

import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.Devices;

/** The device that tests run on, a GPU or PoCL's; tests are skipped where there is none. */
public final class TestDevice {

  private TestDevice() {}

  public static Device open() {
    assumeThatCode(() -> Devices.open(0, true).close()).doesNotThrowAnyException();
    try {
      return Devices.open(0, true);
    } catch (DeviceException e) {
      throw new IllegalStateException(e);
    }
  }
}
