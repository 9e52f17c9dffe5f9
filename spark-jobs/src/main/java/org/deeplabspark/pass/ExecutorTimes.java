package org.deeplabspark.pass;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/**
 * What tasks on one device of one executor have done.
 *
 * @param executor Spark's id of it; {@code driver} where Spark is embedded
 * @param host it ran on
 * @param device the network ran on, {@code cpu} or {@code cuda:0}; empty where it was never asked
 * @param crfDevice the CRF ran on, {@code cpu} or a device's name; empty without CRF
 * @param gpu address of the GPU that Spark assigned, empty without
 * @param tasks that ended well
 * @param images they were given
 * @param seconds by activity, of all workers together. {@link Activity#READ} and {@link
 *     Activity#WRITE} run beside the workers; the others sum to the workers' time
 */
public record ExecutorTimes(
    String executor,
    String host,
    String device,
    String crfDevice,
    String gpu,
    long tasks,
    long images,
    Map<Activity, Double> seconds)
    implements Serializable {

  /** Copies the map. */
  public ExecutorTimes {
    seconds = Map.copyOf(seconds);
  }

  /** Both together, under the names of this one. */
  public ExecutorTimes plus(ExecutorTimes other) {
    Map<Activity, Double> sum = new EnumMap<>(Activity.class);
    sum.putAll(seconds);
    other.seconds.forEach((activity, more) -> sum.merge(activity, more, Double::sum));
    String known = device.isEmpty() ? other.device : device;
    String knownCrf = crfDevice.isEmpty() ? other.crfDevice : crfDevice;
    return new ExecutorTimes(
        executor, host, known, knownCrf, gpu, tasks + other.tasks, images + other.images, sum);
  }

  /** Seconds of one activity. */
  public double seconds(Activity activity) {
    return seconds.getOrDefault(activity, 0.0);
  }

  /** Seconds that the workers had: all but reading and writing, which run beside them. */
  public double workerSeconds() {
    double sum = 0;
    for (Activity activity : Activity.values()) {
      boolean beside = activity == Activity.READ || activity == Activity.WRITE;
      sum += beside ? 0 : seconds(activity);
    }
    return sum;
  }
}
