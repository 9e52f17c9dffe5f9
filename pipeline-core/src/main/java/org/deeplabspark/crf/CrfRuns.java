package org.deeplabspark.crf;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * CRF settings that are tried on the same photograph, in the order that costs least: those with
 * equal lattices one after another, and one run for those that differ in their iterations only.
 *
 * @param runs in that order
 */
public record CrfRuns(List<Run> runs) implements Serializable {

  /**
   * One run of mean-field iterations.
   *
   * @param settings of which the iterations do not count
   * @param byIterations after how many iterations which settings are answered: their places in the
   *     list that {@link #of} was given
   */
  public record Run(CrfSettings settings, SortedMap<Integer, List<Integer>> byIterations)
      implements Serializable {}

  /** Runs for settings in any order, one or more. */
  public static CrfRuns of(List<CrfSettings> all) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
    // The more expensive lattice is sorted first.
    order.sort(
        Comparator.comparing((Integer i) -> deviations(all.get(i), false))
            .thenComparing(i -> deviations(all.get(i), true)));
    Map<CrfSettings, TreeMap<Integer, List<Integer>>> runs = new LinkedHashMap<>();
    for (int i : order) {
      CrfSettings crf = all.get(i);
      runs.computeIfAbsent(withoutIterations(crf), any -> new TreeMap<>())
          .computeIfAbsent(crf.iterations(), any -> new ArrayList<>())
          .add(i);
    }
    return new CrfRuns(
        runs.entrySet().stream().map(run -> new Run(run.getKey(), run.getValue())).toList());
  }

  private static String deviations(CrfSettings crf, boolean gaussian) {
    StringBuilder deviations = new StringBuilder();
    for (PairwiseKernel kernel : crf.kernels()) {
      if (kernel instanceof PairwiseKernel.Gaussian == gaussian) {
        deviations.append(kernel.deviations());
      }
    }
    return deviations.toString();
  }

  private static CrfSettings withoutIterations(CrfSettings crf) {
    return new CrfSettings(0, crf.kernels(), crf.retireBelow(), crf.threads());
  }

  /** Number of settings. */
  public int size() {
    return runs.stream()
        .flatMap(run -> run.byIterations().values().stream())
        .mapToInt(List::size)
        .sum();
  }
}
