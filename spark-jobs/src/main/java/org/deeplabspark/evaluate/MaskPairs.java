package org.deeplabspark.evaluate;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.source.ImageFile;

/**
 * Every prediction with its truth: rows of {@link #SCHEMA}, where {@code truth_path} is null for a
 * prediction without truth and {@code mask} is null where {@code path} is to be read.
 */
final class MaskPairs {

  static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("path", DataTypes.StringType)
          .add("length", DataTypes.LongType)
          .add("mask", DataTypes.BinaryType)
          .add("truth_path", DataTypes.StringType)
          .add("truth_length", DataTypes.LongType)
          .add("segments", DataTypes.createArrayType(DataTypes.IntegerType, false));

  /** Truth files up to which a join takes them to the masks, not the masks to them. */
  private static final int BROADCAST_FILES = 1_000_000;

  /** Pairs of files a task reads: some seconds of work. */
  private static final int PAIRS_PER_TASK = 2_000;

  private final SparkSession spark;
  private final EvaluateRequest request;
  private final TruthList truth;

  /** Lists the truth. */
  MaskPairs(SparkSession spark, EvaluateRequest request) throws IOException {
    this.spark = spark;
    this.request = request;
    this.truth =
        TruthList.of(
            spark.sessionState().newHadoopConf(),
            request.truth(),
            request.endings().truth(),
            request.layouts().truth(),
            request.layouts().panopticJson());
  }

  /** Number of truth files. */
  long truths() {
    return truth.files().size();
  }

  /** An image id that the truth has, to show what they are like. */
  String someTruth() {
    return truth.files().get(0).imageId();
  }

  JavaRDD<Row> of(Predictions predictions) {
    return predictions.files().isEmpty()
        ? joined(predictions.rows()).select(columns()).javaRDD()
        : parallel(predictions.files());
  }

  private static Column[] columns() {
    return Arrays.stream(SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new);
  }

  private Dataset<Row> joined(Dataset<Row> masks) {
    Dataset<Row> right = truth.rows(spark);
    Dataset<Row> left =
        masks
            .withColumn("length", lit(null).cast("long"))
            .withColumn("image_id", request.endings().cut(col("image_id")));
    return left.join(
        truth.files().size() <= BROADCAST_FILES ? broadcast(right) : right,
        scala.collection.JavaConverters.asScalaBuffer(List.of("image_id")).toSeq(),
        "left_outer");
  }

  /** Both lists are on the driver already, so that they are matched there. */
  private JavaRDD<Row> parallel(List<ImageFile> predictions) {
    Map<String, ImageFile> byId = new HashMap<>();
    truth.files().forEach(file -> byId.put(file.imageId(), file));
    List<Row> rows = new ArrayList<>();
    for (ImageFile prediction : predictions) {
      String id = request.endings().cut(prediction.imageId());
      ImageFile match = byId.get(id);
      rows.add(
          RowFactory.create(
              id,
              prediction.path(),
              prediction.length(),
              null,
              match == null ? null : match.path(),
              match == null ? null : match.length(),
              match == null ? null : truth.segments(match.path())));
    }
    int tasks = spark.sparkContext().defaultParallelism();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(rows, Math.max(tasks, rows.size() / PAIRS_PER_TASK));
  }
}
