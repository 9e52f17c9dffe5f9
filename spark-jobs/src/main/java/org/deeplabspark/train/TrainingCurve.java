package org.deeplabspark.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How a training went, a row for each averaging. */
final class TrainingCurve {

  /**
   * Steps are minibatches of each worker; the rate is that of the last one before the row, the
   * throughput that since the row before. {@code mean_iou} and {@code class_iou} are null between
   * validations.
   */
  static final StructType SCHEMA =
      new StructType()
          .add("step", DataTypes.IntegerType, false)
          .add("epoch", DataTypes.DoubleType, false)
          .add("seconds", DataTypes.DoubleType, false)
          .add("loss", DataTypes.DoubleType, false)
          .add("l2_penalty", DataTypes.DoubleType, false)
          .add("learning_rate", DataTypes.DoubleType, false)
          .add("images_per_second", DataTypes.DoubleType, false)
          .add("mean_iou", DataTypes.DoubleType, true)
          .add(
              "class_iou",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, true),
              true);

  private final JavaSparkContext spark;
  private final List<Row> rows = new ArrayList<>(); // since the last write

  TrainingCurve(JavaSparkContext spark) {
    this.spark = spark;
  }

  void add(TrainProgress progress, Optional<Validation> validation) {
    rows.add(
        RowFactory.create(
            progress.done(),
            progress.epochs(),
            progress.seconds(),
            progress.loss(),
            progress.penalty(),
            progress.rate(),
            progress.imagesPerSecond(),
            validation.map(Validation::meanIou).orElse(null),
            validation.map(Validation::classIou).orElse(null)));
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Writes the rows that are new since the last time as one Parquet file in a new directory. */
  void write(String directory) {
    SparkSession.builder()
        .sparkContext(spark.sc())
        .getOrCreate()
        .createDataFrame(rows, SCHEMA)
        .coalesce(1)
        .write()
        .parquet(directory);
    rows.clear();
  }
}
