package org.deeplabspark.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.deeplabspark.executor.Activity;
import org.deeplabspark.executor.ExecutorTimes;
import org.deeplabspark.executor.StageClock;

/**
 * Where a run's time went, and what to add so that the next one is faster.
 *
 * @param runSeconds from the first look at the input to the end
 * @param listSeconds of these, until the work was known
 * @param total of all executors
 * @param executors one by one
 */
record StageReport(
    double runSeconds, double listSeconds, ExecutorTimes total, List<ExecutorTimes> executors) {

  /** Of a run's clock. */
  static StageReport of(double runSeconds, double listSeconds, StageClock clock) {
    return new StageReport(runSeconds, listSeconds, clock.total(), clock.value());
  }

  /** One line: what most of the time went into, how much, and what would help. */
  String verdict() {
    if (listSeconds > 0.5 * runSeconds && listSeconds > total.workerSeconds()) {
      return String.format(
          Locale.ROOT,
          "Listing-bound: %.0f %% of the run; give the files as a list (--files-from)",
          100 * listSeconds / runSeconds);
    }
    if (total.workerSeconds() == 0) {
      return "No image needed work";
    }
    Activity most = Activity.IDLE;
    for (Activity activity :
        List.of(Activity.DECODE, Activity.INFER, Activity.CRF, Activity.ENCODE)) {
      most = total.seconds(activity) > total.seconds(most) ? activity : most;
    }
    double percent = 100 * total.seconds(most) / total.workerSeconds();
    String share = String.format(Locale.ROOT, "%.0f %% of task time", percent);
    return switch (most) {
      case CRF -> "CRF-bound: " + share + "; add cores, not GPUs";
      case INFER ->
          total.device().startsWith("cuda")
              ? "GPU-bound: " + share + "; add GPUs, not cores"
              : "Network-bound: " + share + ", on CPUs; add a GPU, or cores";
      case IDLE -> idle(share);
      default ->
          most.name().charAt(0) + most.key().substring(1) + "-bound: " + share + "; add cores";
    };
  }

  /** Workers without an image: because of the store, or for reasons of a short run. */
  private String idle(String share) {
    double half = total.seconds(Activity.IDLE) / 2;
    if (total.seconds(Activity.READ) > half) {
      return "Read-bound: workers waited "
          + share
          + "; a faster store, or more segment.read-ahead-images";
    }
    if (total.seconds(Activity.WRITE) > half) {
      return "Write-bound: workers waited " + share + "; a faster store for the output";
    }
    return "Start-bound: workers waited " + share + "; too few images a task to say more";
  }

  /** Adds the figures to a record's {@code timings} and its {@code executors}. */
  void addTo(ObjectNode timings, ArrayNode list) {
    timings.put("seconds", runSeconds);
    timings.put("list_seconds", listSeconds);
    seconds(total, timings);
    timings.put("verdict", verdict());
    for (ExecutorTimes executor : executors) {
      ObjectNode one = list.addObject();
      one.put("executor", executor.executor());
      one.put("host", executor.host());
      one.put("device", executor.device());
      one.put("gpu_address", executor.gpu().isEmpty() ? null : executor.gpu());
      one.put("tasks", executor.tasks());
      one.put("images", executor.images());
      seconds(executor, one);
    }
  }

  private static void seconds(ExecutorTimes times, ObjectNode target) {
    for (Activity activity : Activity.values()) {
      target.put(activity.key() + "_task_seconds", times.seconds(activity));
    }
  }
}
