package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.table.ConfusionRow;

/**
 * What one pass over the masks leaves of an image: its counts, or what is wrong. All figures are
 * sums over these, and no mask is read twice. Counts are flat arrays, since those of millions of
 * images may be kept.
 *
 * @param imageId of the image
 * @param path of the prediction
 * @param code kind of problem, kebab case; null where nothing is wrong
 * @param problem one sentence; null where nothing is wrong
 * @param cells {@link #CELL} numbers a pair of classes: true class, predicted class or {@link
 *     ConfusionRow#UNMATCHED}, pixels; null where something is wrong
 * @param bands {@link #BAND} numbers a class near borders: band, class, intersection, truth pixels,
 *     predicted pixels; null where something is wrong
 */
@SuppressWarnings("ArrayRecordComponent") // kept and summed, never compared
record PairCounts(
    String imageId, String path, String code, String problem, int[] cells, int[] bands)
    implements Serializable {

  static final int CELL = 3;
  static final int BAND = 5;

  static final String NO_TRUTH = "no-truth";

  /** By image id. Travels to the executors. */
  static final Comparator<PairCounts> BY_IMAGE_ID =
      (Comparator<PairCounts> & Serializable) (a, b) -> a.imageId().compareTo(b.imageId());

  static PairCounts of(MaskPair pair, int[] cells, int[] bands) {
    return new PairCounts(pair.imageId(), pair.path(), null, null, cells, bands);
  }

  static PairCounts failed(MaskPair pair, String code, String problem) {
    return new PairCounts(pair.imageId(), pair.path(), code, problem, null, null);
  }

  static PairCounts withoutTruth(MaskPair pair) {
    return failed(pair, NO_TRUTH, "no truth");
  }

  boolean hasNoTruth() {
    return NO_TRUTH.equals(code);
  }

  /** Whether the image is in the figures. */
  boolean compared() {
    return code == null;
  }

  /** One more than the greatest class that occurs. */
  int aboveClasses() {
    int most = 1;
    for (int i = 0; i < cells.length; i += CELL) {
      most = Math.max(most, 1 + Math.max(cells[i], cells[i + 1]));
    }
    return most;
  }

  /** Appends the overlaps of the classes that occur in a band. */
  static void addBand(List<Integer> bands, int band, OverlapCounts counts) {
    for (ClassIou overlap : occurring(counts)) {
      bands.add(band);
      bands.add(overlap.classId());
      bands.add((int) overlap.intersection());
      bands.add((int) overlap.truthPixels());
      bands.add((int) overlap.predictedPixels());
    }
  }

  /** Overlaps of the classes that occur in the image, by class. */
  List<ClassIou> overlaps(int classes) {
    OverlapCounts counts = new OverlapCounts(classes);
    for (int i = 0; i < cells.length; i += CELL) {
      int truth = cells[i];
      int predicted = cells[i + 1];
      int pixels = cells[i + 2];
      counts.add(truth, truth == predicted ? pixels : 0, pixels, 0);
      if (predicted != ConfusionRow.UNMATCHED) {
        counts.add(predicted, 0, 0, pixels);
      }
    }
    return occurring(counts);
  }

  private static List<ClassIou> occurring(OverlapCounts counts) {
    List<ClassIou> occurring = new ArrayList<>();
    for (ClassIou overlap : counts.overlaps()) {
      if (overlap.union() > 0) {
        occurring.add(overlap);
      }
    }
    return occurring;
  }
}
