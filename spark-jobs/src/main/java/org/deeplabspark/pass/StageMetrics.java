package org.deeplabspark.pass;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * The stage clock as Spark metrics of this executor, for whatever sinks {@code metrics.properties}
 * names: counters {@code deeplab.read_millis} to {@code deeplab.idle_millis} and {@code
 * deeplab.images}. They count all tasks, lost ones too; idle time is added when a task ends.
 */
final class StageMetrics implements Source {

  private static MetricsSystem registeredWith;
  private static StageMetrics registered;

  private final MetricRegistry registry = new MetricRegistry();
  private final Map<Activity, Counter> micros = new EnumMap<>(Activity.class);
  private final Counter images = registry.counter("images");

  StageMetrics() {
    for (Activity activity : Activity.values()) {
      Counter counter = new Counter();
      micros.put(activity, counter);
      registry.gauge(activity.key() + "_millis", () -> () -> counter.getCount() / 1000);
    }
  }

  /** The metrics of this executor, which Spark knows from the first call on. */
  public static synchronized StageMetrics ofThisExecutor() {
    MetricsSystem system = SparkEnv.get().metricsSystem();
    if (registeredWith != system) {
      registered = new StageMetrics();
      system.registerSource(registered);
      registeredWith = system;
    }
    return registered;
  }

  void add(Activity activity, long nanos) {
    micros.get(activity).inc(nanos / 1000);
  }

  void image() {
    images.inc();
  }

  @Override
  public String sourceName() {
    return "deeplab";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }
}
