package org.deeplabspark.pass;

import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.source.InputFiles;

/**
 * One pass over images, as the driver sees it: a progress line, times by stage, and notes on images
 * that executors die of, from the moment it is begun until it is closed.
 */
public final class ImagePass implements AutoCloseable {

  private final SparkSession spark;
  private final ImageTasks.Shared shared;
  private final LostExecutors lostExecutors;
  private final ProgressLine progress;

  /**
   * Where a pass leaves its notes.
   *
   * @param journals directory of the run's own, on a file system that all executors see
   * @param lostBefore ids of images that executors died of in earlier runs
   */
  public record Notes(Path journals, Set<String> lostBefore) {}

  private ImagePass(SparkSession spark, ImageTasks.Shared shared, long images) {
    this.spark = spark;
    this.shared = shared;
    this.lostExecutors = new LostExecutors(spark.sessionState().newHadoopConf(), shared.journals());
    this.progress = new ProgressLine(spark, shared.done(), shared.bad(), images);
  }

  /**
   * Begins.
   *
   * @param stored whether rows carry the images' content
   * @param images there are, for the progress line
   */
  public static ImagePass begin(
      SparkSession spark,
      PassSettings settings,
      InputFiles files,
      boolean stored,
      Notes notes,
      long images) {
    ImagePass pass =
        new ImagePass(
            spark,
            new ImageTasks.Shared(
                settings,
                files,
                stored,
                notes.journals().toString(),
                new HashSet<>(notes.lostBefore()),
                new StageClock(),
                spark.sparkContext().longAccumulator("images done"),
                spark.sparkContext().longAccumulator("images bad")),
            images);
    spark.sparkContext().register(pass.clock());
    spark.sparkContext().addSparkListener(pass.lostExecutors);
    pass.progress.start();
    return pass;
  }

  /**
   * The rows that come of images, when they are asked for.
   *
   * @param images rows with the columns of {@code ImageRows.SCHEMA} and those that {@code perImage}
   *     knows
   * @param schema of the rows that come out
   */
  public Dataset<Row> over(Dataset<Row> images, PerImage.Factory perImage, StructType schema) {
    return images.mapPartitions(new ImageTasks(shared, perImage), Encoders.row(schema));
  }

  /** Times of the tasks that ended. */
  public StageClock clock() {
    return shared.clock();
  }

  @Override
  public void close() {
    progress.close();
    spark.sparkContext().removeSparkListener(lostExecutors);
  }
}
