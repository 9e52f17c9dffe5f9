package org.deeplabspark.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static scala.collection.JavaConverters.asScalaBuffer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.PathText;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;

/** Sums the counts of images that belong together. */
final class SliceCounts {

  /** Which image is in which slice. */
  private static final StructType MEMBERSHIP =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("slice", DataTypes.StringType)
          .add("value", DataTypes.StringType);

  /** Rows that the driver is willing to hold: a column of as many values is no slicing. */
  private static final int MOST_ROWS = 1_000_000;

  private final SparkSession spark;
  private final Slicing slicing;

  SliceCounts(SparkSession spark, Slicing slicing) {
    this.spark = spark;
    this.slicing = slicing;
  }

  /**
   * Looks at the table before anything is counted.
   *
   * @throws UsageException if it lacks a column or names an image twice
   */
  void check() {
    if (slicing.table().isPresent()) {
      sidecar();
    }
  }

  /**
   * Reads what the images are sliced by.
   *
   * @param images columns {@code image_id} and {@code path}
   * @throws UsageException if the table lacks a column or names an image twice
   */
  private Dataset<Row> membership(Dataset<Row> images) {
    if (slicing.pattern().isPresent()) {
      return images
          .select("image_id", "path")
          .flatMap(new Groups(slicing.pattern().get(), slicing.names()), Encoders.row(MEMBERSHIP));
    }
    List<Column> pairs = new ArrayList<>();
    for (String name : slicing.names()) {
      pairs.add(
          struct(lit(name).as("slice"), col("sidecar.`" + name + "`").cast("string").as("value")));
    }
    return images
        .select("image_id")
        .join(sidecar().as("sidecar"), asScalaBuffer(List.of("image_id")).toSeq(), "left_outer")
        .select(col("image_id"), functions.inline(functions.array(pairs.toArray(Column[]::new))));
  }

  /**
   * Opens the table of a slicing, with one row an image.
   *
   * @throws UsageException if it lacks a column or names an image twice
   */
  private Dataset<Row> sidecar() {
    String place = slicing.table().orElseThrow();
    String path = ImageRows.literal(PathText.parse(place));
    Dataset<Row> table;
    try {
      table =
          place.toLowerCase(Locale.ROOT).endsWith(".csv")
              ? spark.read().option("header", "true").csv(path)
              : spark.read().parquet(path);
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new UsageException("Invalid --slice-table: cannot read " + place, e);
      }
      throw e;
    }
    List<String> columns = List.of(table.columns());
    List<String> wanted = new ArrayList<>(slicing.names());
    wanted.add("image_id");
    for (String name : wanted) {
      if (!columns.contains(name)) {
        throw new UsageException(
            String.format(
                "Invalid --slice-table: %s has no column %s, it has %s",
                place, name, String.join(", ", columns)));
      }
    }
    Column twice = col("count").gt(1);
    List<Row> repeated = table.groupBy("image_id").count().filter(twice).takeAsList(1);
    if (!repeated.isEmpty()) {
      throw new UsageException(
          String.format(
              "Invalid --slice-table: image id %s stands twice in %s",
              repeated.get(0).get(0), place));
    }
    return table;
  }

  /**
   * Sums.
   *
   * @param images columns {@code image_id} and {@code path}
   * @param perImage the {@code per_image} table
   * @param classes of the model
   */
  List<SliceFigures> of(Dataset<Row> images, Dataset<Row> perImage, int classes) {
    Dataset<Row> membership = membership(images).cache();
    try {
      Map<List<String>, Long> counts = new LinkedHashMap<>();
      for (Row row : bounded(membership.groupBy("slice", "value").count())) {
        counts.put(key(row), row.getLong(2));
      }
      Map<List<String>, OverlapCounts> sums = new LinkedHashMap<>();
      for (Row row :
          bounded(
              perImage
                  .join(membership, "image_id")
                  .groupBy("slice", "value", "class_id")
                  .agg(sum("intersection"), sum("truth_pixels"), sum("predicted_pixels")))) {
        sums.computeIfAbsent(key(row), k -> new OverlapCounts(classes))
            .add(row.getInt(2), row.getLong(3), row.getLong(4), row.getLong(5));
      }
      List<SliceFigures> slices = new ArrayList<>();
      counts.forEach(
          (key, count) -> {
            List<ClassIou> overlaps = sums.getOrDefault(key, new OverlapCounts(classes)).overlaps();
            slices.add(new SliceFigures(key.get(0), key.get(1), count, new Figures(overlaps)));
          });
      slices.sort(
          Comparator.<SliceFigures>comparingInt(s -> slicing.names().indexOf(s.slice()))
              .thenComparing(SliceFigures::value, Comparator.nullsLast(Comparator.naturalOrder())));
      return slices;
    } finally {
      membership.unpersist();
    }
  }

  private static List<String> key(Row row) {
    return java.util.Arrays.asList(row.getString(0), row.getString(1));
  }

  private List<Row> bounded(Dataset<Row> sums) {
    List<Row> rows = sums.limit(MOST_ROWS + 1).collectAsList();
    if (rows.size() > MOST_ROWS) {
      throw new UsageException(
          String.format(
              "Invalid --slice-by: %s have too many different values for slices",
              String.join(", ", slicing.names())));
    }
    return rows;
  }

  /** The named groups of a pattern in an image's id, else in its path. */
  private static final class Groups implements FlatMapFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private final Pattern pattern;
    private final List<String> names;

    Groups(String pattern, List<String> names) {
      this.pattern = Pattern.compile(pattern);
      this.names = names;
    }

    @Override
    public java.util.Iterator<Row> call(Row image) {
      Matcher found = pattern.matcher(image.getString(0));
      if (!found.find()) {
        found = pattern.matcher(image.isNullAt(1) ? "" : image.getString(1));
        if (!found.find()) {
          found = null;
        }
      }
      List<Row> rows = new ArrayList<>();
      for (String name : names) {
        String value = found == null ? null : found.group(name);
        rows.add(RowFactory.create(image.getString(0), name, value));
      }
      return rows.iterator();
    }
  }
}
