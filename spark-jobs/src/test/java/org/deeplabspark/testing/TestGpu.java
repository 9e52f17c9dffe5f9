package org.deeplabspark.testing;

import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.Devices;
import org.junit.jupiter.api.Assumptions;

/** Whether there is a device for the CRF, a GPU or PoCL's. */
public final class TestGpu {

  private TestGpu() {}

  /** Skips the calling test, with a message, where there is none. */
  public static void require() {
    try {
      Devices.open(0, true).close();
    } catch (DeviceException e) {
      // A class that is skipped as a whole leaves no reason in the build's output.
      System.err.println("Skipped: " + e.getMessage());
      Assumptions.abort(e.getMessage());
    }
  }
}
