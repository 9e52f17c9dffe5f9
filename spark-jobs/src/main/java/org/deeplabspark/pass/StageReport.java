package org.deeplabspark.pass;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a run, or of several, went, and what to add so that the next one is faster.
 *
 * @param driver what the driver measured
 * @param found images in the input
 * @param total of all executors
 * @param executors one by one
 */
public record StageReport(
    DriverSeconds driver, long found, ExecutorTimes total, List<ExecutorTimes> executors) {

  /**
   * Fewer images or seconds than these are mostly start-up and say nothing about a longer run: JIT
   * compilation, the network's first call and the tasks' starts take some seconds on each core.
   */
  static final int FEWEST_IMAGES = 20;

  static final double FEWEST_SECONDS = 30;

  private static final String TASK_SECONDS = "_task_seconds";

  /**
   * Seconds by the driver's clock.
   *
   * @param run from the first look at the input to the end
   * @param listing of these, spent on listing directories; 0 where the paths came as a list, or the
   *     images in Parquet
   * @param workList of the run, until the images that need work were known
   */
  public record DriverSeconds(double run, double listing, double workList) {

    DriverSeconds plus(DriverSeconds other) {
      return new DriverSeconds(run + other.run, listing + other.listing, workList + other.workList);
    }
  }

  /** Of a run's clock. */
  public static StageReport of(DriverSeconds driver, long found, StageClock clock) {
    return new StageReport(driver, found, clock.total(), clock.value());
  }

  /** Of the records that runs left ({@code _runs/RUN_ID.json}), all of them together. */
  public static StageReport ofRecords(Iterable<JsonNode> records) {
    DriverSeconds driver = new DriverSeconds(0, 0, 0);
    long found = 0;
    StageClock clock = new StageClock();
    for (JsonNode record : records) {
      JsonNode timings = record.path("timings");
      driver =
          driver.plus(
              new DriverSeconds(
                  timings.path("seconds").asDouble(),
                  timings.path("list_seconds").asDouble(),
                  timings.path("work_list_seconds").asDouble()));
      found += record.at("/counts/images").asLong();
      record.path("executors").forEach(executor -> clock.add(times(executor)));
    }
    return of(driver, found, clock);
  }

  private static ExecutorTimes times(JsonNode executor) {
    Map<Activity, Double> seconds = new EnumMap<>(Activity.class);
    for (Activity activity : Activity.values()) {
      seconds.put(activity, executor.path(activity.key() + TASK_SECONDS).asDouble());
    }
    return new ExecutorTimes(
        executor.path("executor").asText(),
        executor.path("host").asText(),
        executor.path("device").asText(),
        executor.path("crf_device").asText(""),
        executor.path("gpu_address").asText(""),
        executor.path("tasks").asLong(),
        executor.path("images").asLong(),
        seconds);
  }

  /** One line: what most of the time went into, how much, and what would help. */
  public String verdict() {
    if (total.images() == 0) {
      return "No image needed work";
    }
    if (listingBound()) {
      return String.format(
          Locale.ROOT,
          "Listing-bound: %.0f %% of the run; give the files as a list (--files-from)",
          100 * driver.listing() / driver.run());
    }
    if (total.images() < FEWEST_IMAGES || total.workerSeconds() < FEWEST_SECONDS) {
      return String.format(
          Locale.ROOT,
          "Too short to judge: %d images in %.1f s of task time",
          total.images(),
          total.workerSeconds());
    }
    Activity most = Activity.IDLE;
    for (Activity activity :
        List.of(Activity.DECODE, Activity.INFER, Activity.CRF, Activity.ENCODE)) {
      most = total.seconds(activity) > total.seconds(most) ? activity : most;
    }
    double percent = 100 * total.seconds(most) / total.workerSeconds();
    String share = String.format(Locale.ROOT, "%.0f %% of task time", percent);
    return switch (most) {
      case CRF -> crf(share);
      case INFER ->
          total.device().startsWith("cuda")
              ? "GPU-bound: " + share + "; add GPUs, not cores"
              : "Network-bound: " + share + ", on CPUs; add a GPU, or cores";
      case IDLE -> idle(share);
      default ->
          most.name().charAt(0) + most.key().substring(1) + "-bound: " + share + "; add cores";
    };
  }

  /** On cores, or waiting for its turn on a device included. */
  private String crf(String share) {
    boolean onCores = total.crfDevice().isEmpty() || total.crfDevice().equals("cpu");
    return onCores
        ? "CRF-bound: " + share + "; add cores, or GPUs that it can run on (crf.device)"
        : "GPU-bound: " + share + " in the CRF; add GPUs, not cores";
  }

  private boolean listingBound() {
    return found >= FEWEST_IMAGES
        && driver.listing() >= FEWEST_SECONDS
        && driver.listing() > 0.5 * driver.run()
        && driver.listing() > total.workerSeconds();
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
  public void addTo(ObjectNode timings, ArrayNode list) {
    timings.put("seconds", driver.run());
    timings.put("list_seconds", driver.listing());
    timings.put("work_list_seconds", driver.workList());
    seconds(total, timings);
    timings.put("verdict", verdict());
    for (ExecutorTimes executor : executors) {
      ObjectNode one = list.addObject();
      one.put("executor", executor.executor());
      one.put("host", executor.host());
      one.put("device", executor.device());
      one.put("crf_device", executor.crfDevice().isEmpty() ? null : executor.crfDevice());
      one.put("gpu_address", executor.gpu().isEmpty() ? null : executor.gpu());
      one.put("tasks", executor.tasks());
      one.put("images", executor.images());
      seconds(executor, one);
    }
  }

  private static void seconds(ExecutorTimes times, ObjectNode target) {
    for (Activity activity : Activity.values()) {
      target.put(activity.key() + TASK_SECONDS, times.seconds(activity));
    }
  }
}
