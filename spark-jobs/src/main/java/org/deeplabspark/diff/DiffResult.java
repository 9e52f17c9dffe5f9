package org.deeplabspark.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplabspark.evaluate.Evaluation.Uncompared;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;

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
    List<ClassChange> classChanges,
    List<ImageChange> ranked,
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
   * Pixels that went from one class to another.
   *
   * @param before class id in the old run
   * @param after class id in the new run
   * @param pixels of all images
   */
  record ClassChange(int before, int after, long pixels) {}

  /**
   * One image.
   *
   * @param imageId its name
   * @param fraction of its pixels that changed, 0..1
   * @param before mean IoU over the classes in its truth, 0..1; null without truth
   * @param after likewise in the new run
   */
  record ImageChange(String imageId, double fraction, Double before, Double after) {}

  /**
   * Both runs against the truth.
   *
   * @param images that have a truth
   * @param before overlaps of all classes in the old run
   * @param after likewise in the new run
   * @param delta intervals of new minus old
   */
  record Gains(long images, List<ClassIou> before, List<ClassIou> after, Intervals delta) {

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
    return classId < classNames.size() ? classNames.get(classId) : "class " + classId;
  }

  List<Row> classRows() {
    List<Row> rows = new ArrayList<>();
    for (ClassChange change : classChanges) {
      rows.add(
          RowFactory.create(
              change.before(),
              change.after(),
              name(change.before()),
              name(change.after()),
              change.pixels(),
              (double) change.pixels() / pixels));
    }
    return rows;
  }

  List<Row> gainRows() {
    Gains known = gains.orElseThrow();
    List<Row> rows = new ArrayList<>();
    for (ClassIou before : known.before()) {
      int id = before.classId();
      double after = known.after().get(id).iou();
      rows.add(
          RowFactory.create(
              id,
              name(id),
              orNull(before.iou()),
              orNull(after),
              orNull(after - before.iou()),
              orNull(known.delta(id).low()),
              orNull(known.delta(id).high()),
              known.delta().images().get(id)));
    }
    return rows;
  }

  static Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
