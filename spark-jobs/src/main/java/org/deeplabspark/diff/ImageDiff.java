package org.deeplabspark.diff;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.table.Overlaps;

/**
 * One image in both runs, or what is wrong with it.
 *
 * @param code kind of problem, kebab case; null where nothing is wrong
 * @param problem one sentence; null where nothing is wrong; all below is null otherwise
 * @param judged whether the image has a truth, be it all void
 * @param pixels of the image
 * @param changed pixels with another label
 * @param oldMeanIou over the classes in the image's truth; null without truth
 * @param newMeanIou likewise
 * @param pairs pixels by pair of classes that differ
 * @param overlaps of both runs with the truth
 */
record ImageDiff(
    String imageId,
    String code,
    String problem,
    Boolean judged,
    Long pixels,
    Long changed,
    Double oldMeanIou,
    Double newMeanIou,
    List<Pair> pairs,
    List<RunOverlap> overlaps) {

  static final int OLD_RUN = 0;
  static final int NEW_RUN = 1;

  /** Pixels that went from one class to another. */
  record Pair(int oldClass, int newClass, long pixels) {
    private static final StructType SCHEMA =
        new StructType()
            .add("old_class", DataTypes.IntegerType, false)
            .add("new_class", DataTypes.IntegerType, false)
            .add("pixels", DataTypes.LongType, false);

    static Pair fromRow(Row row) {
      return new Pair(row.getAs("old_class"), row.getAs("new_class"), row.<Long>getAs("pixels"));
    }

    Row toRow() {
      return RowFactory.create(oldClass, newClass, pixels);
    }
  }

  /** One class's overlap in a run. */
  record RunOverlap(int run, ClassIou overlap) {
    private static final StructType SCHEMA =
        Overlaps.addTo(new StructType().add("run", DataTypes.IntegerType, false));

    Row toRow() {
      return RowFactory.create(Overlaps.values(overlap, run));
    }
  }

  static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("code", DataTypes.StringType)
          .add("problem", DataTypes.StringType)
          .add("judged", DataTypes.BooleanType)
          .add("pixels", DataTypes.LongType)
          .add("changed", DataTypes.LongType)
          .add("old_mIoU", DataTypes.DoubleType)
          .add("new_mIoU", DataTypes.DoubleType)
          .add("pairs", DataTypes.createArrayType(Pair.SCHEMA, false))
          .add("overlaps", DataTypes.createArrayType(RunOverlap.SCHEMA, false));

  static ImageDiff failed(String imageId, String code, String problem) {
    return new ImageDiff(imageId, code, problem, null, null, null, null, null, null, null);
  }

  /** The values in the order of {@link #SCHEMA}. */
  Row toRow() {
    return RowFactory.create(
        imageId,
        code,
        problem,
        judged,
        pixels,
        changed,
        oldMeanIou,
        newMeanIou,
        pairs == null ? null : pairs.stream().map(Pair::toRow).toArray(Row[]::new),
        overlaps == null ? null : overlaps.stream().map(RunOverlap::toRow).toArray(Row[]::new));
  }
}
