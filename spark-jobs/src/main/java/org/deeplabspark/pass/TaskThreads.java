package org.deeplabspark.pass;

import org.deeplabspark.settings.Settings;

/**
 * How the cores of a task are shared: a worker for each, or fewer where one image is split over
 * several. Workers times the threads of one image never exceed the cores.
 *
 * @param workers images worked on at once
 * @param engine threads of one inference
 * @param crf threads of one CRF
 */
public record TaskThreads(int workers, int engine, int crf) {

  /**
   * The shares of a task.
   *
   * @param settings whose {@code engine.threads} and {@code crf.threads} count as far as there are
   *     cores
   * @param cores of the task, {@code spark.task.cpus}; at least 1
   */
  public static TaskThreads of(Settings settings, int cores) {
    int engine = Math.min(cores, PipelineSettings.engineThreads(settings));
    int crf = Math.min(cores, PipelineSettings.crfThreads(settings));
    return new TaskThreads(cores / Math.max(engine, crf), engine, crf);
  }

  /** The settings with these threads in the place of what was asked. */
  Settings in(Settings settings) {
    return settings
        .with("engine.threads", "" + engine, "spark.task.cpus")
        .with("crf.threads", "" + crf, "spark.task.cpus");
  }
}
