package org.deeplabspark.label;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * What {@code segment} would do.
 *
 * @param settings every setting with its resolved value
 * @param found images in the input
 * @param toDo images without a valid result
 * @param replaced those among them whose old rows would go
 * @param partitions they would be spread over
 * @param cores of the cluster now
 * @param largestPixels of one image, from an earlier run or guessed from its bytes
 * @param workers images that an executor works on at once
 * @param memory of an executor
 * @param executorMemory that the executors have for Java's heap, as Spark writes it
 * @param devices where each executor would run the network
 * @param leftOut what was seen and is no input, beginning with a semicolon; empty for nothing
 */
public record Plan(
    SortedMap<String, String> settings,
    long found,
    long toDo,
    long replaced,
    int partitions,
    int cores,
    long largestPixels,
    int workers,
    MemoryPlan memory,
    String executorMemory,
    List<String> devices,
    String leftOut) {

  /** Lines for people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("settings");
    settings.forEach((key, value) -> lines.add("  " + key + " = " + value));
    lines.add("images");
    lines.add("  found    " + found + leftOut);
    lines.add("  done     " + (found - toDo));
    lines.add(
        "  to do    " + toDo + (replaced > 0 ? ", " + replaced + " of them replace a row" : ""));
    lines.add("work");
    lines.add(
        String.format(
            "  %d partitions on %d cores, a commit every %s minutes",
            partitions, cores, settings.get("segment.commit-interval")));
    if (partitions > 0 && partitions < cores) {
      lines.add(String.format("  only %d of %d cores would be busy", partitions, cores));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "memory of an executor at most, %d images of %.1f megapixels at once",
            workers,
            largestPixels / 1e6));
    memory
        .bytes()
        .forEach((part, bytes) -> lines.add(String.format("  %-26s %7d MB", part, bytes >> 20)));
    lines.add(
        String.format(
            "  %-26s %7d MB, executors have %s of heap",
            "together", memory.total() >> 20, executorMemory));
    if (memory.crfDeviceBytes() > 0) {
      lines.add(
          String.format(
              "  %-26s %7d MB of the device's memory, %d images at once",
              "CRF on a device", memory.crfDeviceBytes() >> 20, memory.crfDeviceImages()));
    }
    lines.add("devices");
    devices.forEach(device -> lines.add("  " + device));
    return lines;
  }
}
