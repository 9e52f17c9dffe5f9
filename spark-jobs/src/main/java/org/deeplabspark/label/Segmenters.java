package org.deeplabspark.label;

import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.deeplabspark.segment.Segmenter;

/**
 * Segmenters that no task is using. A segmenter owns the CRF's workspace, hundreds of megabytes for
 * a large photograph, and serves one task at a time: a task takes one and brings it back, so that
 * there are never more than tasks that ran at once.
 */
final class Segmenters {

  private static final Map<String, Deque<Segmenter>> IDLE = new ConcurrentHashMap<>();

  private Segmenters() {}

  /** An idle segmenter of that kind, or a new one. */
  static Segmenter take(String kind, Supplier<Segmenter> make) {
    Segmenter idle = IDLE.computeIfAbsent(kind, k -> new ConcurrentLinkedDeque<>()).pollFirst();
    return idle == null ? make.get() : idle;
  }

  /**
   * Brings one back. Those of other kinds are let go: a run that asks for another model or CRF
   * seldom returns to the last one.
   */
  static void giveBack(String kind, Segmenter segmenter) {
    IDLE.keySet().removeIf(other -> !other.equals(kind));
    IDLE.computeIfAbsent(kind, k -> new ConcurrentLinkedDeque<>()).addFirst(segmenter);
  }
}
