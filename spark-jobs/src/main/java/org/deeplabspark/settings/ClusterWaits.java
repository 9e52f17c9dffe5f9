package org.deeplabspark.settings;

/**
 * How long a command waits for a cluster before it begins.
 *
 * @param seconds for the master, and then for the first executor
 * @param gpuSeconds for the first executor where it is to have GPUs
 */
public record ClusterWaits(int seconds, int gpuSeconds) {

  /** Key of {@code seconds}, for messages. */
  public static final String KEY = "cluster.wait-seconds";

  /** Key of {@code gpuSeconds}, for messages. */
  public static final String GPU_KEY = "engine.gpu-wait-seconds";

  private static final int MOST_SECONDS = 1_000_000;

  /**
   * Reads them.
   *
   * @throws UsageException if one is out of its range
   */
  public static ClusterWaits of(Settings settings) {
    return new ClusterWaits(
        settings.integer(KEY, 1, MOST_SECONDS), settings.integer(GPU_KEY, 1, MOST_SECONDS));
  }
}
