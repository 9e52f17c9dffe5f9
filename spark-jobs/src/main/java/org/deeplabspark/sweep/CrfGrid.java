package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.deeplabspark.settings.CrfVariant;
import org.deeplabspark.settings.UsageException;

/**
 * Every combination of some CRF settings' values.
 *
 * @param axes in the order they were given
 */
record CrfGrid(List<GridAxis> axes) {

  private static final long MOST_POINTS = 10_000;

  CrfGrid {
    axes = List.copyOf(axes);
  }

  /**
   * Reads {@code KEY=VALUES;KEY=VALUES...}.
   *
   * @throws UsageException if it is written otherwise, a key is no setting of the CRF or stands
   *     twice, or there are more than 10,000 combinations
   */
  static CrfGrid parse(String text) {
    List<GridAxis> axes = new ArrayList<>();
    SortedSet<String> known = CrfVariant.keys();
    Set<String> seen = new TreeSet<>();
    for (String part : text.split("[;\\n]", -1)) {
      if (part.isBlank()) {
        continue;
      }
      GridAxis axis = GridAxis.parse(part);
      if (!known.contains(axis.key())) {
        throw new UsageException(
            "Invalid --grid: the key must be one of "
                + String.join(", ", known)
                + ", got "
                + axis.key());
      }
      if (!seen.add(axis.key())) {
        throw new UsageException("Invalid --grid: " + axis.key() + " stands twice");
      }
      axes.add(axis);
    }
    if (axes.isEmpty()) {
      throw new UsageException("Invalid --grid: no KEY=VALUES in \"" + text + "\"");
    }
    long points = axes.stream().mapToLong(axis -> axis.values().size()).reduce(1, (a, b) -> a * b);
    if (points > MOST_POINTS) {
      throw new UsageException(
          "Invalid --grid: at most " + MOST_POINTS + " combinations, got " + points);
    }
    return new CrfGrid(axes);
  }

  /** All combinations of values by key, the last axis changing first. */
  List<Map<String, String>> points() {
    List<Map<String, String>> points = List.of(Map.of());
    for (GridAxis axis : axes) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> point : points) {
        for (String value : axis.values()) {
          Map<String, String> next = new LinkedHashMap<>(point);
          next.put(axis.key(), value);
          longer.add(next);
        }
      }
      points = longer;
    }
    return points;
  }

  /** The grid of half the distances round a point. */
  CrfGrid finer(CrfVariant best) {
    return new CrfGrid(
        axes.stream()
            .map(axis -> axis.finer(best.text(axis.key()), CrfVariant.isWhole(axis.key())))
            .toList());
  }
}
