package org.deeplabspark.label;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.KnownRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The images that a run has to do, written once to a place of its own and parted into shards of
 * about equal work: many small images to one, a big one alone. The driver knows how many there are
 * and no path.
 */
final class WorkList {

  private static final Logger LOG = LoggerFactory.getLogger(WorkList.class);

  private static final int MOST_IMAGES_IN_SHARD = 256;
  private static final int SHARDS_PER_CORE = 4;

  /** Images that one task parts into shards. */
  private static final int IMAGES_PER_PACKER = 250_000;

  /** Photographs have 2 bits a pixel. */
  private static final int PIXELS_PER_BYTE = 4;

  private static final long PIXELS_WHERE_UNKNOWN = 500_000;

  /** What an image costs beside its pixels: opening a file, writing a row. */
  private static final long PIXELS_FOR_ANY_IMAGE = 20_000;

  /** Columns, in order; {@code work} is in pixels. */
  static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType, false)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType)
          .add(DoneRows.OWN, DataTypes.createArrayType(KnownRow.SCHEMA))
          .add(DoneRows.ELSEWHERE, DataTypes.createArrayType(KnownRow.SCHEMA))
          .add(DoneRows.TRUSTED, DataTypes.BooleanType, false)
          .add("work", DataTypes.LongType, false)
          .add("packer", DataTypes.IntegerType, false)
          .add("shard", DataTypes.IntegerType, false);

  private final SparkSession spark;
  private final Dataset<Row> rows;
  private final Summary summary;
  private final int[] firstShards;

  /**
   * What the driver knows.
   *
   * @param images to be done
   * @param replaced those among them that have a row already
   * @param work of all, pixels
   * @param greatest work of one image, pixels
   * @param shards they are parted into
   */
  record Summary(long images, long replaced, long work, long greatest, int shards) {

    private Summary in(int parts) {
      return new Summary(images, replaced, work, greatest, parts);
    }
  }

  private WorkList(SparkSession spark, Dataset<Row> rows, Summary summary, int[] firstShards) {
    this.spark = spark;
    this.rows = rows;
    this.summary = summary;
    this.firstShards = firstShards;
  }

  /**
   * Writes the list.
   *
   * @param left what {@link DoneRows} leaves
   * @param place for the list's files
   */
  static WorkList write(
      SparkSession spark, Dataset<Row> left, Path place, LabelSettings.Shards settings) {
    Dataset<Row> list = sized(left).persist(StorageLevel.DISK_ONLY());
    Summary totals = totals(list);
    int packers = packers(totals.images());
    packed(spark, list, totals, settings)
        .write()
        .option("compression", "zstd")
        .parquet(place.toString());
    list.unpersist();
    Dataset<Row> rows = spark.read().schema(SCHEMA).parquet(ImageRows.literal(place));
    int[] firsts = firstShards(rows, packers);
    Summary summary = totals.in(firsts[packers]);
    int cores = spark.sparkContext().defaultParallelism();
    if (summary.shards() > 0 && summary.shards() < Math.min(cores, summary.images())) {
      LOG.warn(
          "{} partitions keep only {} of {} cores busy", summary.shards(), summary.shards(), cores);
    }
    return new WorkList(spark, rows, summary, firsts);
  }

  /** What a list would be, without writing it. */
  static Summary summary(SparkSession spark, Dataset<Row> left, LabelSettings.Shards settings) {
    Dataset<Row> list = sized(left).persist(StorageLevel.DISK_ONLY());
    try {
      Summary totals = totals(list);
      int packers = packers(totals.images());
      int[] firsts = firstShards(packed(spark, list, totals, settings), packers);
      return totals.in(firsts[packers]);
    } finally {
      list.unpersist();
    }
  }

  private static Dataset<Row> sized(Dataset<Row> left) {
    Column pixels =
        coalesce(
            col(DoneRows.PIXELS),
            col("length").multiply(PIXELS_PER_BYTE),
            lit(PIXELS_WHERE_UNKNOWN));
    return left.withColumn("work", pixels.plus(PIXELS_FOR_ANY_IMAGE))
        .select(names(SCHEMA.length() - 2));
  }

  private static Summary totals(Dataset<Row> list) {
    Row totals =
        list.agg(
                count("*").as("images"),
                count(col(DoneRows.OWN)).as("replaced"),
                coalesce(sum("work"), lit(0L)).as("work"),
                coalesce(max("work"), lit(0L)).as("greatest"))
            .first();
    return new Summary(
        totals.<Long>getAs("images"),
        totals.<Long>getAs("replaced"),
        totals.<Long>getAs("work"),
        totals.<Long>getAs("greatest"),
        0);
  }

  private static int packers(long images) {
    return (int) (1 + images / IMAGES_PER_PACKER);
  }

  /** Old rows of one file go out of it together; among the new, the longest jobs come first. */
  private static Dataset<Row> packed(
      SparkSession spark, Dataset<Row> list, Summary totals, LabelSettings.Shards settings) {
    return list.repartition(packers(totals.images()), col("image_id"))
        .sortWithinPartitions(
            expr("own[0].file").asc_nulls_last(), col("work").desc(), col("image_id"))
        .mapPartitions(
            shardsOf(spark, settings, totals.images(), totals.work()), Encoders.row(SCHEMA));
  }

  /** Numbers of the packers' first shards when all are counted through, then their count. */
  private static int[] firstShards(Dataset<Row> rows, int packers) {
    int[] firsts = new int[packers + 1];
    for (Row packer : rows.groupBy("packer").agg(max("shard").as("last")).collectAsList()) {
      firsts[packer.<Integer>getAs("packer") + 1] = packer.<Integer>getAs("last") + 1;
    }
    for (int p = 0; p < packers; p++) {
      firsts[p + 1] += firsts[p];
    }
    return firsts;
  }

  private static Column[] names(int count) {
    return List.of(SCHEMA.fieldNames()).subList(0, count).stream()
        .map(name -> col(name))
        .toArray(Column[]::new);
  }

  private static PackShards shardsOf(
      SparkSession spark, LabelSettings.Shards settings, long images, long work) {
    if (settings.count() > 0) {
      return new PackShards(1 + work / settings.count(), Long.MAX_VALUE);
    }
    long shards = (long) SHARDS_PER_CORE * spark.sparkContext().defaultParallelism();
    return new PackShards(
        Math.min(settings.pixels(), 1 + work / shards),
        Math.max(1, Math.min(MOST_IMAGES_IN_SHARD, images / shards)));
  }

  Summary summary() {
    return summary;
  }

  /** All rows, by {@link #SCHEMA}. */
  Dataset<Row> rows() {
    return rows;
  }

  /**
   * Some shards, each in a partition of its own, with the columns that {@link ImageLabeller} takes.
   *
   * @param from number of the first shard
   * @param to number after the last shard
   * @param stored rows with {@code image_id} and {@code content}, where images are not files
   */
  Dataset<Row> shards(int from, int to, Optional<Dataset<Row>> stored) {
    int[] firsts = firstShards;
    Dataset<Row> list =
        stored.isPresent()
            ? rows.join(stored.get().select("image_id", "content"), "image_id")
            : rows.withColumn("content", lit(null).cast("binary"));
    StructType schema = ImageRows.SCHEMA;
    for (String column : List.of(DoneRows.OWN, DoneRows.ELSEWHERE, DoneRows.TRUSTED)) {
      schema = schema.add(SCHEMA.apply(column));
    }
    Column image =
        struct(Arrays.stream(schema.fieldNames()).map(functions::col).toArray(Column[]::new));
    JavaPairRDD<Integer, Row> numbered =
        list.select(col("packer"), col("shard"), image.as("image"))
            .toJavaRDD()
            .mapToPair(
                row -> {
                  int first = firsts[row.<Integer>getAs("packer")];
                  return new Tuple2<>(
                      first + row.<Integer>getAs("shard") - from, row.<Row>getAs("image"));
                });
    return spark.createDataFrame(
        numbered
            .filter(row -> row._1() >= 0 && row._1() < to - from)
            .partitionBy(new HashPartitioner(to - from))
            .values(),
        schema);
  }
}
