package org.deeplabspark.pass;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.device.SharedDeviceCrf;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.device.Devices;
import org.deeplabspark.settings.CrfDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices on which CRFs of this JVM run: opened by the first task that asks, shared by all and
 * kept until the JVM ends.
 */
final class CrfDevices {

  private static final Logger LOG = LoggerFactory.getLogger(CrfDevices.class);

  private record Key(int gpu, CrfRuns runs, int labels, CrfDevice settings) {}

  private static final Map<Key, Optional<SharedDeviceCrf>> OPEN = new HashMap<>();

  private CrfDevices() {}

  /**
   * The device of a CRF; waits where another task is opening it.
   *
   * @param gpu its number
   * @param labels of the images to come
   * @return nothing where there is none and this machine's cores will do, which is logged once
   * @throws IllegalArgumentException if there is none and nothing else will do; one line
   */
  static synchronized Optional<SharedDeviceCrf> shared(
      int gpu, CrfRuns runs, int labels, CrfDevice settings) {
    Key key = new Key(gpu, runs, labels, settings);
    Optional<SharedDeviceCrf> open = OPEN.get(key);
    if (open == null) {
      open = open(key);
      OPEN.put(key, open);
    }
    return open;
  }

  private static Optional<SharedDeviceCrf> open(Key key) {
    CrfDevice settings = key.settings();
    Device device;
    try {
      device = Devices.open(key.gpu(), settings.isRequired());
    } catch (DeviceException e) {
      return without(settings, e, "install the GPU's driver with its OpenCL, or CUDA with NVRTC");
    }
    try {
      SharedDeviceCrf crf =
          SharedDeviceCrf.open(
              device, key.runs(), key.labels(), settings.memoryBytes(), settings.batch());
      LOG.info("CRF on {}", crf.device());
      return Optional.of(crf);
    } catch (DeviceMemoryException e) {
      return without(settings, e, "raise crf.device-memory-mib");
    } catch (DeviceException e) {
      return without(settings, e, "look at the GPU's driver");
    }
  }

  private static Optional<SharedDeviceCrf> without(
      CrfDevice settings, DeviceException e, String remedy) {
    if (settings.isRequired()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid crf.device gpu: %s; %s, or set crf.device to auto or cpu",
              e.getMessage(), remedy),
          e);
    }
    LOG.info("CRF on this machine's cores: {}", e.getMessage());
    return Optional.empty();
  }
}
