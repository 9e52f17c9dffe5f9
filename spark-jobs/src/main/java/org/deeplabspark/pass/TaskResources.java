package org.deeplabspark.pass;

import org.apache.spark.TaskContext;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.model.Model;
import org.deeplabspark.settings.Settings;

/**
 * What Spark gave a task: its cores and, where it schedules GPUs, one of them.
 *
 * @param threads shares of the cores
 * @param settings with these threads in the place of what was asked
 * @param device where the network runs
 */
public record TaskResources(TaskThreads threads, Settings settings, TaskDevice device) {

  /**
   * Of the task that calls.
   *
   * @throws IllegalArgumentException if an assigned GPU's address is not the number of a device
   */
  public static TaskResources ofThisTask(Settings asked) {
    TaskContext task = TaskContext.get();
    TaskThreads threads = TaskThreads.of(asked, task.cpus());
    Settings settings = threads.in(asked);
    return new TaskResources(
        threads, settings, TaskDevice.of(PipelineSettings.engine(settings), task.resourcesJMap()));
  }

  /** The engine that all tasks of this executor share on that device. */
  public SegmentationEngine engine(Model model) {
    return Engines.shared(model, device.settings());
  }
}
