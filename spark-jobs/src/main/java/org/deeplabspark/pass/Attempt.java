package org.deeplabspark.pass;

import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * One attempt of a task, as executors and the driver know it.
 *
 * @param stage of the task
 * @param partition of the task
 * @param id of the attempt, unique in the application
 */
record Attempt(int stage, int partition, long id) {

  static Attempt of(TaskContext task) {
    return new Attempt(task.stageId(), task.partitionId(), task.taskAttemptId());
  }

  static Attempt of(SparkListenerTaskEnd end) {
    return new Attempt(end.stageId(), end.taskInfo().partitionId(), end.taskInfo().taskId());
  }

  /** Name of its journal. */
  String file() {
    return filesOfTask() + id;
  }

  /** Beginning of the names of the journals of all attempts of the same task. */
  String filesOfTask() {
    return stage + "-" + partition + "-";
  }
}
