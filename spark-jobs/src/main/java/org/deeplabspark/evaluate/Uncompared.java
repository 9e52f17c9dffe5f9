package org.deeplabspark.evaluate;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Images that could not be compared.
 *
 * @param images how many
 * @param message one line: what is wrong with the first of them, the fix, and how many there are of
 *     each kind
 */
public record Uncompared(long images, String message) {

  /**
   * Sums up.
   *
   * @param byCode images by the kind of their problem
   * @param code kind of the first one's
   * @param problem of the first one
   */
  public static Uncompared of(Map<String, Long> byCode, String code, String problem) {
    return new Uncompared(
        byCode.values().stream().mapToLong(Long::longValue).sum(),
        String.format(
            "%s (%d images like this%s)", problem, byCode.get(code), others(byCode, code)));
  }

  /** {@code ; 2 other-size, 1 unknown-label}; empty where all images are of one kind. */
  static String others(Map<String, Long> byCode, String code) {
    SortedMap<String, Long> others = new TreeMap<>(byCode);
    others.remove(code);
    return others.isEmpty()
        ? ""
        : others.entrySet().stream()
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(Collectors.joining(", ", "; ", ""));
  }
}
