package org.deeplabspark.table;

import static org.apache.spark.sql.functions.sum;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.OverlapCounts;

/**
 * The columns that hold one class's overlap in every table: {@code class_id}, {@code truth_pixels},
 * {@code predicted_pixels}, {@code intersection}. All counts are longs, so they are written and
 * read here and nowhere else.
 */
public final class Overlaps {

  private static final String CLASS_ID = "class_id";
  private static final String TRUTH = "truth_pixels";
  private static final String PREDICTED = "predicted_pixels";
  private static final String INTERSECTION = "intersection";

  private Overlaps() {}

  /** Appends the four columns to a schema. */
  public static StructType addTo(StructType before) {
    return addCounts(before.add(CLASS_ID, DataTypes.IntegerType, false));
  }

  /** The values of {@link #addTo}'s columns behind those of the columns before them. */
  public static Object[] values(ClassIou overlap, Object... before) {
    return append(
        before,
        overlap.classId(),
        overlap.truthPixels(),
        overlap.predictedPixels(),
        overlap.intersection());
  }

  /**
   * Appends {@code class_id}, {@code class_name}, the counts, their {@code union}, and the ratios
   * {@code iou}, {@code accuracy} and {@code dice}, null where they are undefined.
   */
  static StructType addNamedTo(StructType before) {
    return addCounts(
            before
                .add(CLASS_ID, DataTypes.IntegerType, false)
                .add("class_name", DataTypes.StringType, false))
        .add("union", DataTypes.LongType, false)
        .add("iou", DataTypes.DoubleType)
        .add("accuracy", DataTypes.DoubleType)
        .add("dice", DataTypes.DoubleType);
  }

  /** The values of {@link #addNamedTo}'s columns behind those of the columns before them. */
  static Object[] namedValues(ClassIou overlap, String className, Object... before) {
    return append(
        before,
        overlap.classId(),
        className,
        overlap.truthPixels(),
        overlap.predictedPixels(),
        overlap.intersection(),
        overlap.union(),
        Ratios.orNull(overlap.iou()),
        Ratios.orNull(overlap.accuracy()),
        Ratios.orNull(overlap.dice()));
  }

  /** The overlap in a row that has the four columns, whatever else it has. */
  public static ClassIou fromRow(Row row) {
    return new ClassIou(
        row.getAs(CLASS_ID),
        row.<Long>getAs(INTERSECTION),
        row.<Long>getAs(TRUTH),
        row.<Long>getAs(PREDICTED));
  }

  /**
   * Sums of the counts: one row for each class and each combination of the other columns' values,
   * in any order.
   *
   * @param counts has the four columns
   * @param others further columns to group by
   * @return {@code others}, then the four columns
   */
  public static Dataset<Row> sumBy(Dataset<Row> counts, String... others) {
    Column[] groups =
        Stream.concat(Arrays.stream(others), Stream.of(CLASS_ID))
            .map(functions::col)
            .toArray(Column[]::new);
    return counts
        .groupBy(groups)
        .agg(
            sum(TRUTH).as(TRUTH), sum(PREDICTED).as(PREDICTED), sum(INTERSECTION).as(INTERSECTION));
  }

  /**
   * Sums of the counts by class, collected.
   *
   * @param counts has the four columns
   * @param classes above every {@code class_id}
   * @return one for each class, in order; of zeros where no row has it
   */
  public static List<ClassIou> sumByClass(Dataset<Row> counts, int classes) {
    OverlapCounts sums = new OverlapCounts(classes);
    sumBy(counts).collectAsList().forEach(row -> sums.add(fromRow(row)));
    return sums.overlaps();
  }

  private static StructType addCounts(StructType before) {
    return before
        .add(TRUTH, DataTypes.LongType, false)
        .add(PREDICTED, DataTypes.LongType, false)
        .add(INTERSECTION, DataTypes.LongType, false);
  }

  static Object[] append(Object[] before, Object... more) {
    Object[] all = Arrays.copyOf(before, before.length + more.length);
    System.arraycopy(more, 0, all, before.length, more.length);
    return all;
  }
}
