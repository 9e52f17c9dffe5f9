package org.deeplabspark.evaluate;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.source.ImageFile;

/** Finds the truth of every prediction. */
final class MaskPairs {

  /** Truth files up to which a join takes them to the masks, not the masks to them. */
  private static final int BROADCAST_FILES = 1_000_000;

  /** Pairs of files a task reads: some seconds of work. */
  private static final int PAIRS_PER_TASK = 2_000;

  private final SparkSession spark;
  private final Suffixes endings;
  private final TruthList truth;

  /** Lists the truth. */
  MaskPairs(SparkSession spark, Truth truth) throws IOException {
    this.spark = spark;
    this.endings = truth.endings();
    this.truth = truth.list(spark.sessionState().newHadoopConf());
  }

  /** Number of truth files. */
  long truths() {
    return truth.files().size();
  }

  /** An image id that the truth has, to show what they are like. */
  String someTruth() {
    return truth.files().get(0).imageId();
  }

  JavaRDD<MaskPair> of(Predictions predictions) {
    return predictions.files().isEmpty()
        ? joined(predictions.rows())
        : matched(predictions.files());
  }

  private JavaRDD<MaskPair> joined(Dataset<Row> masks) {
    Dataset<Row> right = truth.rows(spark);
    Dataset<Row> left =
        masks
            .withColumn("length", lit(null).cast("long"))
            .withColumn("image_id", endings.cut(col("image_id")));
    return left.join(
            truth.files().size() <= BROADCAST_FILES ? broadcast(right) : right,
            scala.collection.JavaConverters.asScalaBuffer(List.of("image_id")).toSeq(),
            "left_outer")
        .javaRDD()
        .map(MaskPair::fromRow);
  }

  /** Both lists are on the driver already, so that they are matched there. */
  private JavaRDD<MaskPair> matched(List<ImageFile> predictions) {
    Map<String, ImageFile> byId = new HashMap<>();
    truth.files().forEach(file -> byId.put(file.imageId(), file));
    List<MaskPair> pairs = predictions.stream().map(prediction -> pair(prediction, byId)).toList();
    int tasks = spark.sparkContext().defaultParallelism();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(pairs, Math.max(tasks, pairs.size() / PAIRS_PER_TASK));
  }

  private MaskPair pair(ImageFile prediction, Map<String, ImageFile> truthById) {
    String id = endings.cut(prediction.imageId());
    ImageFile match = truthById.get(id);
    return new MaskPair(
        id, prediction.path(), prediction.length(), null, match == null ? null : truth.file(match));
  }
}
