package org.deeplabspark.report;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.metric.Intervals;

/**
 * All that a page shows.
 *
 * @param request what was asked
 * @param images that have a mask
 * @param errors images that have none
 * @param meanChanged share of pixels that the CRF changed, over the images; NaN without CRF and
 *     where unknown
 * @param classNames in order; may be empty
 * @param classColors {@code #rrggbb} in order; may be empty
 * @param after the run against the truth
 * @param comparison of the run with the one without CRF
 * @param run of the masks
 * @param worst images of the lowest mean IoU, lowest first
 * @param random images that chance picked
 * @param unsure images of the lowest mean winning marginal, lowest first
 * @param changed images that the CRF changed most, most first
 */
record ReportData(
    ReportRequest request,
    long images,
    long errors,
    double meanChanged,
    List<String> classNames,
    List<String> classColors,
    Optional<RunMetrics> after,
    Optional<Comparison> comparison,
    Optional<RunFacts> run,
    List<ReportImage> worst,
    List<ReportImage> random,
    List<ReportImage> unsure,
    List<ReportImage> changed) {

  /**
   * Metrics with their intervals.
   *
   * @param metrics of a run
   * @param own intervals of its figures
   */
  record RunMetrics(Metrics metrics, Intervals own) {

    static RunMetrics of(Metrics metrics) {
      return new RunMetrics(metrics, metrics.bootstrap().intervals());
    }
  }

  /** A class's name, or its number. */
  String name(int classId) {
    return classId < classNames.size() ? classNames.get(classId) : "class " + classId;
  }
}
