package org.deeplabspark.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Times of all tasks, by executor. Spark adds what a task of a job's last stage sends once, and
 * only when the task has ended well: images are labelled in such a stage, so tasks that were lost
 * and done again count once. The time that went into lost attempts is not in it.
 */
public final class StageClock extends AccumulatorV2<ExecutorTimes, List<ExecutorTimes>> {

  private static final long serialVersionUID = 1L;

  private final TreeMap<String, ExecutorTimes> times = new TreeMap<>();

  @Override
  public boolean isZero() {
    return times.isEmpty();
  }

  @Override
  public StageClock copy() {
    StageClock copy = new StageClock();
    copy.times.putAll(times);
    return copy;
  }

  @Override
  public void reset() {
    times.clear();
  }

  @Override
  public void add(ExecutorTimes more) {
    times.merge(more.executor() + " " + more.gpu(), more, ExecutorTimes::plus);
  }

  @Override
  public void merge(AccumulatorV2<ExecutorTimes, List<ExecutorTimes>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public List<ExecutorTimes> value() {
    return new ArrayList<>(times.values());
  }

  /** All executors as one. */
  public ExecutorTimes total() {
    return value().stream()
        .reduce(ExecutorTimes::plus)
        .orElse(new ExecutorTimes("", "", "", "", "", 0, 0, Map.of()));
  }
}
