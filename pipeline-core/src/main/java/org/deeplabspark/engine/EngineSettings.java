package org.deeplabspark.engine;

import java.io.Serializable;

/**
 * Where and how wide a network runs.
 *
 * @param device {@code cpu}; {@code cuda} or {@code cuda:N}, which fails where no such device
 *     answers; or {@code auto}, which falls back to the CPU and logs why
 * @param threads threads inside one inference, at least 1; times the images worked on at once it
 *     should not exceed the cores
 */
public record EngineSettings(String device, int threads) implements Serializable {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the device is another word or there are no threads
   */
  public EngineSettings {
    if (!device.matches("auto|cpu|cuda(:\\d{1,3})?")) {
      throw new IllegalArgumentException(
          "Invalid device: must be auto, cpu, cuda or cuda:N, got " + device);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("Invalid threads: must be at least 1, got " + threads);
    }
  }

  /** Number of the CUDA device, 0 unless it was given. */
  int cudaIndex() {
    int colon = device.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(device.substring(colon + 1));
  }
}
