package org.deeplabspark.diff;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.evaluate.Uncompared;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.ChangeRow;
import org.deeplabspark.table.ClassChangeRow;
import org.deeplabspark.table.ClassGainRow;

/**
 * What {@code diff} found.
 *
 * @param request what was asked
 * @param images in both runs
 * @param pixels of those
 * @param changed pixels with another label
 * @param uncompared images in both runs that are in no figure; empty where all are
 * @param onlyBefore images that only the old run has
 * @param onlyAfter images that only the new run has
 * @param classChanges pixels by pair of classes, most first
 * @param ranked images that changed most, most first
 * @param gains where there is a truth
 * @param classNames in order; empty where neither run names them
 */
public record DiffResult(
    DiffRequest request,
    long images,
    long pixels,
    long changed,
    Optional<Uncompared> uncompared,
    Lonely onlyBefore,
    Lonely onlyAfter,
    List<ClassChangeRow> classChanges,
    List<ChangeRow> ranked,
    Optional<Gains> gains,
    List<String> classNames) {

  /**
   * Images without a partner.
   *
   * @param count of them
   * @param first some of them by name
   */
  record Lonely(long count, List<String> first) {}

  /**
   * Both runs against the truth.
   *
   * @param images that have a truth which is not all void
   * @param allVoid images whose truth is all void
   * @param before overlaps of all classes in the old run
   * @param after likewise in the new run
   * @param delta intervals of new minus old
   */
  record Gains(
      long images, long allVoid, List<ClassIou> before, List<ClassIou> after, Intervals delta) {

    double before(MeanIou convention) {
      return convention.mean(before);
    }

    double after(MeanIou convention) {
      return convention.mean(after);
    }

    /** Interval of a class's IoU delta. */
    Interval delta(int classId) {
      return delta.classIou().get(classId);
    }
  }

  /** Share of the pixels that changed label, 0..1. */
  public double changedFraction() {
    return pixels == 0 ? 0 : (double) changed / pixels;
  }

  /** Whether no more changed than was allowed; true without a gate. */
  public boolean holds() {
    return request.maxChanged().isEmpty()
        || changedFraction() <= request.maxChanged().getAsDouble();
  }

  /** What the command prints. */
  public String text() {
    return DiffText.of(this);
  }

  String name(int classId) {
    return name(classNames, classId);
  }

  static String name(List<String> classNames, int classId) {
    return classId < classNames.size() ? classNames.get(classId) : "class " + classId;
  }

  /** {@code per_class}; there is a truth. */
  List<ClassGainRow> classGains() {
    Gains known = gains.orElseThrow();
    return known.before().stream()
        .map(ClassIou::classId)
        .map(
            id ->
                new ClassGainRow(
                    id,
                    name(id),
                    known.before().get(id).iou(),
                    known.after().get(id).iou(),
                    known.delta(id),
                    known.delta().images().get(id)))
        .toList();
  }
}
