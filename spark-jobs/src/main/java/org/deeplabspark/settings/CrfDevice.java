package org.deeplabspark.settings;

import java.io.Serializable;
import java.util.List;

/**
 * Where the CRF runs.
 *
 * @param kind {@code auto}, {@code cpu} or {@code gpu}
 * @param memoryBytes of the device's memory that it may take; 0 for a share of it
 * @param batch images at once, at most
 */
public record CrfDevice(String kind, long memoryBytes, int batch) implements Serializable {

  private static final long MIB = 1 << 20;

  static CrfDevice of(Settings settings) {
    return new CrfDevice(
        settings.choice("crf.device", List.of("auto", "cpu", "gpu")),
        settings.integer("crf.device-memory-mib", 0, 1 << 20) * MIB,
        settings.integer("crf.device-batch", 1, 64));
  }

  /** Whether a device is looked for. */
  public boolean isWanted() {
    return !kind.equals("cpu");
  }

  /** Whether nothing else will do. */
  public boolean isRequired() {
    return kind.equals("gpu");
  }
}
