package org.deeplabspark.pass;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** One task's times, from all of its threads. */
public final class TaskTimes {

  private final Map<Activity, LongAdder> nanos = new EnumMap<>(Activity.class);
  private final LongAdder images = new LongAdder();
  private final long started = System.nanoTime();
  private final StageMetrics metrics;

  public TaskTimes(StageMetrics metrics) {
    this.metrics = metrics;
    for (Activity activity : Activity.values()) {
      nanos.put(activity, new LongAdder());
    }
  }

  public void add(Activity activity, long moreNanos) {
    nanos.get(activity).add(moreNanos);
    metrics.add(activity, moreNanos);
  }

  public void image() {
    images.increment();
    metrics.image();
  }

  /**
   * The account of a task that ends now. What is left of the workers' time, from the task's start
   * to its end, is idle.
   */
  public ExecutorTimes close(
      String executor, String host, String device, String crfDevice, String gpu, int workers) {
    long left = workers * (System.nanoTime() - started);
    for (Activity busy :
        new Activity[] {Activity.DECODE, Activity.INFER, Activity.CRF, Activity.ENCODE}) {
      left -= nanos.get(busy).sum();
    }
    add(Activity.IDLE, Math.max(0, left));
    Map<Activity, Double> seconds = new EnumMap<>(Activity.class);
    nanos.forEach((activity, sum) -> seconds.put(activity, sum.sum() * 1e-9));
    return new ExecutorTimes(executor, host, device, crfDevice, gpu, 1, images.sum(), seconds);
  }
}
