package org.deeplabspark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.deeplabspark.dataset.IdLookup;
import org.deeplabspark.dataset.LabelReader;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.metric.BoundaryIou;
import org.deeplabspark.metric.LabelPairs;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * Compares one image's masks: a row of {@link MaskPairs#SCHEMA} becomes one of {@link PairCounts}.
 * What is wrong with an image is a row too, so that one message can count them all.
 */
final class PairCounter implements Function<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final InputFiles files;
  private final ClassMatch match;
  private final Trimap.Border border; // null: boundaries are not measured

  PairCounter(InputFiles files, ClassMatch match, Optional<Trimap.Border> border) {
    this.files = files;
    this.match = match;
    this.border = border.orElse(null);
  }

  @Override
  public Row call(Row pair) {
    String imageId = pair.getAs(0);
    String path = pair.getAs(1);
    String truthPath = pair.getAs(4);
    if (truthPath == null) {
      return PairCounts.problem(imageId, path, PairCounts.NO_TRUTH, "no truth");
    }
    try {
      LabelMask truth =
          decode(
              "truth",
              truthPath,
              files.read(truthPath, pair.<Long>getAs(5)),
              match.truthReader(),
              segments(pair));
      byte[] stored = pair.getAs(3);
      LabelMask predicted =
          decode(
              "prediction",
              path,
              stored == null ? files.read(path, pair.<Long>getAs(2)) : stored,
              match.predictedReader(),
              new int[0]);
      return PairCounts.counted(
          imageId, path, cells(truth, truthPath, predicted, path), bands(truth, predicted));
    } catch (ReadFailure e) {
      return PairCounts.problem(imageId, path, e.code(), e.getMessage());
    } catch (MalformedImageException e) {
      return PairCounts.problem(imageId, path, e.code(), e.getMessage());
    }
  }

  /** From a join they come as Spark's sequence, from the driver's own list as they are. */
  private static int[] segments(Row pair) {
    if (pair.isNullAt(6)) {
      return new int[0];
    }
    return pair.get(6) instanceof int[] flat
        ? flat
        : pair.<Integer>getList(6).stream().mapToInt(Integer::intValue).toArray();
  }

  private static LabelMask decode(
      String role, String path, byte[] content, LabelReader reader, int[] segments)
      throws MalformedImageException {
    try {
      return reader.read(content, segments);
    } catch (MalformedImageException e) {
      String fix =
          e.code().equals("not-indexed") && role.equals("truth")
              ? "; where each class has a colour, --color-map or --dataset says which"
              : "";
      throw new MalformedImageException(
          e.code(), "Invalid " + role + " " + path + ": " + e.getMessage() + fix);
    }
  }

  private int[] cells(LabelMask truth, String truthPath, LabelMask predicted, String path)
      throws MalformedImageException {
    if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
      throw new MalformedImageException(
          "other-size",
          String.format(
              "Invalid masks: truth %s is %d x %d, prediction %s is %d x %d; both must have the photograph's size",
              truthPath,
              truth.width(),
              truth.height(),
              path,
              predicted.width(),
              predicted.height()));
    }
    LabelPairs pairs = LabelPairs.of(truth, predicted);
    List<Integer> cells = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    pairs.forEach(
        (trueLabel, predictedLabel, pixels) -> {
          int trueClass = match.truth().classOf(trueLabel);
          if (trueClass == IdLookup.VOID) {
            return;
          }
          int predictedClass = match.predicted().classOf(predictedLabel);
          if (trueClass == IdLookup.UNKNOWN) {
            unknown.add(unknown("truth", truthPath, trueLabel));
          } else if (predictedClass == IdLookup.UNKNOWN) {
            unknown.add(unknown("prediction", path, predictedLabel));
          }
          cells.add(trueClass);
          cells.add(predictedClass < 0 ? PairCounts.UNMATCHED : predictedClass);
          cells.add(pixels);
        });
    if (!unknown.isEmpty()) {
      throw new MalformedImageException("unknown-label", unknown.get(0));
    }
    return cells.stream().mapToInt(Integer::intValue).toArray();
  }

  private String unknown(String role, String path, int label) {
    return String.format(
        "Invalid %s %s: id %d is none of the %d classes of data set %s; --dataset says what ids mean,"
            + " --void names a truth id to leave out",
        role, path, label, match.classNames().size(), match.truthName());
  }

  /** Rings 1 to {@link Trimap#MAX_WIDTH}, and the rims as band 0. */
  private int[] bands(LabelMask truth, LabelMask predicted) {
    if (border == null) {
      return new int[0];
    }
    int classes = match.classNames().size();
    LabelMask trueClasses = match.truth().apply(truth);
    LabelMask predictedClasses = match.predicted().apply(predicted);
    List<Integer> bands = new ArrayList<>();
    PairCounts.addBands(bands, 0, BoundaryIou.of(classes, trueClasses, predictedClasses));
    List<OverlapCounts> rings = Trimap.rings(classes, trueClasses, predictedClasses, border);
    for (int width = 1; width <= rings.size(); width++) {
      PairCounts.addBands(bands, width, rings.get(width - 1));
    }
    return bands.stream().mapToInt(Integer::intValue).toArray();
  }
}
