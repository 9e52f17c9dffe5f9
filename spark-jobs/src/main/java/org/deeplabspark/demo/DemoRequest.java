package org.deeplabspark.demo;

/**
 * What {@code demo} is asked.
 *
 * @param output directory for everything the demo makes, on any Hadoop file system
 * @param scenes how many, at least 1
 * @param seed of the scenes; the shipped model was trained on seed 101
 */
public record DemoRequest(String output, int scenes, long seed) {

  /** Checks the number of scenes. */
  public DemoRequest {
    if (scenes < 1 || scenes > 10_000) {
      throw new IllegalArgumentException("Invalid scenes: must be 1..10000, got " + scenes);
    }
  }
}
