package org.deeplabspark.engine;

import java.io.Serializable;

/**
 * Where and how wide a network runs.
 *
 * @param device {@code cpu}; {@code cuda} or {@code cuda:N}, which fails where no such device
 *     answers; or {@code auto} or {@code auto:N}, which tries the same device, falls back to the
 *     CPU and logs why
 * @param threads threads of one inference, at least 1; times the images in work at once it should
 *     not exceed the cores
 * @param deviceUsers inferences at once on a CUDA device, at least 1
 * @param batch largest number of images in one run; 0 for eight on a CUDA device and one on a CPU
 * @param augmentation inputs made of each image
 */
public record EngineSettings(
    String device, int threads, int deviceUsers, int batch, TestTimeAugmentation augmentation)
    implements Serializable {

  private static final int CUDA_BATCH = 8;

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the device is another word or a number is out of range
   */
  public EngineSettings {
    if (!device.matches("cpu|(auto|cuda)(:\\d{1,3})?")) {
      throw new IllegalArgumentException(
          "Invalid device: must be auto, cpu, cuda or cuda:N, got " + device);
    }
    atLeast("threads", 1, threads);
    atLeast("device users", 1, deviceUsers);
    atLeast("batch", 0, batch);
  }

  private static void atLeast(String name, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": must be at least " + least + ", got " + value);
    }
  }

  /** One image at a time on a device, batches by default. */
  public EngineSettings(String device, int threads) {
    this(device, threads, 1, 0, TestTimeAugmentation.NONE);
  }

  /** The same on another device. */
  public EngineSettings on(String otherDevice) {
    return new EngineSettings(otherDevice, threads, deviceUsers, batch, augmentation);
  }

  /** The same by so many threads, at least 1. */
  public EngineSettings onThreads(int count) {
    return new EngineSettings(device, count, deviceUsers, batch, augmentation);
  }

  /** Number of the CUDA device, 0 unless it was given. */
  public int cudaIndex() {
    int colon = device.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(device.substring(colon + 1));
  }

  /** Whether the CPU is used where the CUDA device does not answer. */
  public boolean mayFallBack() {
    return device.startsWith("auto");
  }

  /** Largest batch on the device that was opened. */
  public int batchOn(String opened) {
    return batch > 0 ? batch : opened.equals("cpu") ? 1 : CUDA_BATCH;
  }
}
