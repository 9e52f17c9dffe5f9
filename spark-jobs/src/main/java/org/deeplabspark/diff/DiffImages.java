package org.deeplabspark.diff;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * Compares one image's two masks, and both with the truth where there is one. Columns: {@code
 * image_id}, {@code old_path}, {@code old_mask}, {@code new_path}, {@code new_mask}, {@code
 * truth_path}, {@code segments}; a mask that is null is read from its path. What is wrong becomes a
 * row too, so that one message can count them all.
 */
final class DiffImages implements MapFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  /** Ids that a mask may hold. */
  private static final int IDS = 256;

  private final InputFiles files;
  private final int classes;
  private final TruthReader truthReader;

  /**
   * A comparison.
   *
   * @param classes that masks may hold where there is a truth, 1 to 256
   * @param truthReader null where there is no truth
   */
  DiffImages(InputFiles files, int classes, TruthReader truthReader) {
    this.files = files;
    this.classes = classes;
    this.truthReader = truthReader;
  }

  @Override
  public Row call(Row row) {
    String imageId = row.getString(0);
    try {
      LabelMask before = decode(row.getString(1), row.getAs(2));
      LabelMask after = decode(row.getString(3), row.getAs(4));
      requireSize(imageId, "the new mask", after, before);
      String truthPath = row.getString(5);
      LabelMask truth = truthPath == null ? null : truth(truthPath, TruthList.segments(row));
      if (truth != null) {
        requireSize(imageId, "the truth " + truthPath, truth, before);
      }
      return compared(imageId, before, after, truth);
    } catch (IllegalArgumentException e) {
      return problem(imageId, e.getMessage());
    } catch (ReadFailure e) {
      return problem(imageId, e.getMessage());
    }
  }

  private static void requireSize(String imageId, String what, LabelMask mask, LabelMask old) {
    if (mask.width() != old.width() || mask.height() != old.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid masks of %s: the old mask is %d x %d, %s %d x %d; both runs and the truth must be of the same photographs",
              imageId, old.width(), old.height(), what, mask.width(), mask.height()));
    }
  }

  private Row compared(String imageId, LabelMask before, LabelMask after, LabelMask truth) {
    long[] counts = new long[IDS * IDS];
    for (int pixel = 0; pixel < before.pixels(); pixel++) {
      counts[before.label(pixel) * IDS + after.label(pixel)]++;
    }
    long changed = 0;
    List<Row> pairs = new ArrayList<>();
    for (int pair = 0; pair < counts.length; pair++) {
      if (counts[pair] > 0 && pair / IDS != pair % IDS) {
        pairs.add(RowFactory.create(pair / IDS, pair % IDS, counts[pair]));
        changed += counts[pair];
      }
    }
    Double oldMean = null;
    Double newMean = null;
    List<Row> overlaps = new ArrayList<>();
    if (truth != null) {
      oldMean = count(0, ConfusionMatrix.of(classes, truth, before), overlaps);
      newMean = count(1, ConfusionMatrix.of(classes, truth, after), overlaps);
    }
    return RowFactory.create(
        imageId,
        null,
        (long) before.pixels(),
        changed,
        oldMean,
        newMean,
        pairs.toArray(new Row[0]),
        overlaps.toArray(new Row[0]));
  }

  /** Adds a run's counts and gives its mean IoU over the classes in this image's truth. */
  private static Double count(int run, ConfusionMatrix matrix, List<Row> overlaps) {
    for (ClassIou iou : matrix.perClass()) {
      if (iou.union() > 0) {
        overlaps.add(
            RowFactory.create(
                run, iou.classId(), iou.truthPixels(), iou.predictedPixels(), iou.intersection()));
      }
    }
    double mean = matrix.meanIou(MeanIou.PRESENT);
    return Double.isNaN(mean) ? null : mean;
  }

  private static Row problem(String imageId, String problem) {
    return RowFactory.create(imageId, problem, null, null, null, null, null, null);
  }

  private LabelMask truth(String path, int[] segments) throws ReadFailure {
    try {
      return truthReader.read(files.read(path).bytes(), segments);
    } catch (MalformedImageException e) {
      throw new IllegalArgumentException("Invalid truth " + path + ": " + e.getMessage(), e);
    }
  }

  private LabelMask decode(String path, byte[] stored) throws ReadFailure {
    try {
      return PngMaskCodec.decode(stored == null ? files.read(path).bytes() : stored);
    } catch (MalformedImageException e) {
      throw new IllegalArgumentException("Invalid mask " + path + ": " + e.getMessage(), e);
    }
  }
}
