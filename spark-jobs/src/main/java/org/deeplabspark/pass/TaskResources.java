package org.deeplabspark.pass;

import org.apache.spark.TaskContext;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.settings.PassSettings;

/**
 * What Spark gave a task: its cores and, where it schedules GPUs, one of them.
 *
 * @param threads shares of the cores
 * @param settings with these threads in the place of what was asked
 * @param device where the network runs
 */
public record TaskResources(TaskThreads threads, PassSettings settings, TaskDevice device) {

  /**
   * Of the task that calls.
   *
   * @throws IllegalArgumentException if an assigned GPU's address is not the number of a device
   */
  public static TaskResources ofThisTask(PassSettings asked) {
    TaskContext task = TaskContext.get();
    TaskThreads threads = TaskThreads.of(asked, task.cpus());
    PassSettings settings = asked.onThreads(threads.engine(), threads.crf());
    return new TaskResources(
        threads, settings, TaskDevice.of(settings.engine(), task.resourcesJMap()));
  }

  /** The engine that all tasks of this executor share on that device. */
  public SegmentationEngine engine(SharedModel model) {
    return Engines.shared(model.model(), device.settings());
  }
}
