package org.deeplabspark.pass;

import org.deeplabspark.settings.PassSettings;

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
   * @param asked whose {@code engine.threads} and {@code crf.threads} count as far as there are
   *     cores
   * @param cores of the task, {@code spark.task.cpus}; at least 1
   */
  public static TaskThreads of(PassSettings asked, int cores) {
    int engine = Math.min(cores, asked.engine().threads());
    int crf = Math.min(cores, asked.crfThreads());
    return new TaskThreads(cores / Math.max(engine, crf), engine, crf);
  }
}
