package org.deeplabspark.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static scala.collection.JavaConverters.asScalaBuffer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaRDD;
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
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.OverlapCounts;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.Overlaps;
import org.deeplabspark.table.SliceRow;

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

  private SliceCounts(SparkSession spark, Slicing slicing) {
    this.spark = spark;
    this.slicing = slicing;
  }

  /**
   * Counts by a slicing whose table was looked at.
   *
   * @throws UsageException if it lacks a column or names an image twice
   */
  static SliceCounts checked(SparkSession spark, Slicing slicing) {
    SliceCounts counts = new SliceCounts(spark, slicing);
    if (slicing.table().isPresent()) {
      counts.sidecar();
    }
    return counts;
  }

  /** Which image is in which slice: rows of {@link #MEMBERSHIP}. */
  private Dataset<Row> membership(JavaRDD<PairCounts> images) {
    if (slicing.pattern().isPresent()) {
      return spark.createDataFrame(
          images.flatMap(new Groups(slicing.pattern().get(), slicing.names())), MEMBERSHIP);
    }
    List<Column> pairs = new ArrayList<>();
    for (String name : slicing.names()) {
      pairs.add(
          struct(lit(name).as("slice"), col("sidecar.`" + name + "`").cast("string").as("value")));
    }
    return spark
        .createDataset(images.map(PairCounts::imageId).rdd(), Encoders.STRING())
        .toDF("image_id")
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
              repeated.get(0).<Object>getAs("image_id"), place));
    }
    return table;
  }

  /**
   * The figures of every slice, in the order of their names and values.
   *
   * @param counted those that were compared and others
   * @param perImage the {@code per_image} table
   * @param classes of the model
   */
  List<SliceRow> of(JavaRDD<PairCounts> counted, Dataset<Row> perImage, int classes) {
    Dataset<Row> membership = membership(counted.filter(PairCounts::compared)).cache();
    try {
      Map<Slice, Long> counts = new LinkedHashMap<>();
      for (Row row : bounded(membership.groupBy("slice", "value").count())) {
        counts.put(Slice.fromRow(row), row.<Long>getAs("count"));
      }
      Map<Slice, OverlapCounts> sums = new HashMap<>();
      for (Row row :
          bounded(Overlaps.sumBy(perImage.join(membership, "image_id"), "slice", "value"))) {
        sums.computeIfAbsent(Slice.fromRow(row), slice -> new OverlapCounts(classes))
            .add(Overlaps.fromRow(row));
      }
      List<SliceRow> slices = new ArrayList<>();
      counts.forEach(
          (slice, count) -> {
            OverlapCounts sum = sums.getOrDefault(slice, new OverlapCounts(classes));
            slices.add(
                new SliceRow(slice.name(), slice.value(), count, new Figures(sum.overlaps())));
          });
      slices.sort(
          Comparator.<SliceRow>comparingInt(s -> slicing.names().indexOf(s.slice()))
              .thenComparing(SliceRow::value, Comparator.nullsLast(Comparator.naturalOrder())));
      return slices;
    } finally {
      membership.unpersist();
    }
  }

  private record Slice(String name, String value) {
    static Slice fromRow(Row row) {
      return new Slice(row.getAs("slice"), row.getAs("value"));
    }
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
  private static final class Groups implements FlatMapFunction<PairCounts, Row> {

    private static final long serialVersionUID = 1L;

    private final Pattern pattern;
    private final List<String> names;

    Groups(String pattern, List<String> names) {
      this.pattern = Pattern.compile(pattern);
      this.names = names;
    }

    @Override
    public Iterator<Row> call(PairCounts image) {
      Matcher found = pattern.matcher(image.imageId());
      if (!found.find()) {
        found = pattern.matcher(image.path() == null ? "" : image.path());
        if (!found.find()) {
          found = null;
        }
      }
      List<Row> rows = new ArrayList<>();
      for (String name : names) {
        rows.add(
            RowFactory.create(image.imageId(), name, found == null ? null : found.group(name)));
      }
      return rows.iterator();
    }
  }
}
