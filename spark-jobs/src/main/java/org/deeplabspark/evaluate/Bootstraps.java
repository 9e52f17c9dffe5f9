package org.deeplabspark.evaluate;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;

/**
 * Resamples a {@code per_image} table on the executors. Driver and tasks hold sums by resample and
 * class, 24 bytes each (0.5 MB for 21 classes), whatever the number of images.
 */
public final class Bootstraps {

  private Bootstraps() {}

  /**
   * Resamples the images of a table; tables of the same images are paired (see {@link
   * Bootstrap#gainOver}).
   *
   * @param perImage columns {@code image_id}, {@code class_id}, {@code truth_pixels}, {@code
   *     predicted_pixels}, {@code intersection}, an image's rows best one after the other
   * @param classes above every {@code class_id}
   */
  public static Bootstrap of(Dataset<Row> perImage, int classes) {
    return perImage
        .select("image_id", "class_id", "intersection", "truth_pixels", "predicted_pixels")
        .javaRDD()
        .mapPartitions(rows -> List.of(sum(rows, classes)).iterator())
        .treeReduce(Bootstrap::addAll);
  }

  private static Bootstrap sum(Iterator<Row> rows, int classes) {
    Bootstrap bootstrap = Bootstrap.ofClasses(classes);
    while (rows.hasNext()) {
      Row row = rows.next();
      bootstrap.add(
          row.getString(0),
          new ClassIou(row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4)));
    }
    return bootstrap;
  }
}
