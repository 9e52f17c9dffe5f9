package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.table.ConfusionRow;

/**
 * Everything that is summed over the images in one go: confusions, resamples, means over images,
 * bands. A task holds one, and the driver one: their size depends on the classes alone (some 30 kB
 * a class, most of it the resamples).
 */
final class EvaluationTotals implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int classes;
  private final long[] cells; // [truth][predicted]
  private final long[] unmatched; // [truth]
  private final Bootstrap bootstrap;
  private final ImageMeans means = new ImageMeans();
  private final List<OverlapCounts> bands = new ArrayList<>(); // rims, then rings
  private long images;
  private long problems;
  private long withTruth;

  EvaluationTotals(int classes) {
    this.classes = classes;
    this.cells = new long[classes * classes];
    this.unmatched = new long[classes];
    this.bootstrap = Bootstrap.ofClasses(classes);
    for (int band = 0; band <= Trimap.MAX_WIDTH; band++) {
      bands.add(new OverlapCounts(classes));
    }
  }

  /** Sums over images; of those that were not compared only their number. */
  static EvaluationTotals of(Iterator<PairCounts> images, int classes) {
    EvaluationTotals totals = new EvaluationTotals(classes);
    images.forEachRemaining(totals::add);
    return totals;
  }

  private void add(PairCounts image) {
    if (!image.hasNoTruth()) {
      withTruth++;
    }
    if (!image.compared()) {
      problems++;
      return;
    }
    images++;
    int[] counted = image.cells();
    for (int i = 0; i < counted.length; i += PairCounts.CELL) {
      if (counted[i + 1] == ConfusionRow.UNMATCHED) {
        unmatched[counted[i]] += counted[i + 2];
      } else {
        cells[counted[i] * classes + counted[i + 1]] += counted[i + 2];
      }
    }
    List<ClassIou> overlaps = image.overlaps(classes);
    overlaps.forEach(overlap -> bootstrap.add(image.imageId(), overlap));
    means.add(overlaps, classes);
    int[] banded = image.bands();
    for (int i = 0; i < banded.length; i += PairCounts.BAND) {
      bands.get(banded[i]).add(banded[i + 1], banded[i + 2], banded[i + 3], banded[i + 4]);
    }
  }

  /** Adds another part's sums to this one's. */
  EvaluationTotals addAll(EvaluationTotals other) {
    images += other.images;
    problems += other.problems;
    withTruth += other.withTruth;
    for (int i = 0; i < cells.length; i++) {
      cells[i] += other.cells[i];
    }
    for (int i = 0; i < unmatched.length; i++) {
      unmatched[i] += other.unmatched[i];
    }
    bootstrap.addAll(other.bootstrap);
    means.addAll(other.means);
    for (int band = 0; band < bands.size(); band++) {
      bands.get(band).addAll(other.bands.get(band));
    }
    return this;
  }

  int classes() {
    return classes;
  }

  long images() {
    return images;
  }

  /** Images that could not be compared. */
  long problems() {
    return problems;
  }

  /** Images that have a truth file, whether they could be compared or not. */
  long withTruth() {
    return withTruth;
  }

  ConfusionMatrix matrix() {
    return ConfusionMatrix.ofCounts(classes, cells, unmatched);
  }

  Bootstrap bootstrap() {
    return bootstrap;
  }

  ImageMeans means() {
    return means;
  }

  Boundaries boundaries() {
    return Boundaries.of(bands);
  }
}
