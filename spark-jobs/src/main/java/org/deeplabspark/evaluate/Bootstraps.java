package org.deeplabspark.evaluate;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.table.ImageCountRow;

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
   * @param perImage the columns of {@link ImageCountRow}, an image's rows best one after the other
   * @param classes above every {@code class_id}
   */
  public static Bootstrap of(Dataset<Row> perImage, int classes) {
    return perImage
        .selectExpr(ImageCountRow.SCHEMA.fieldNames())
        .javaRDD()
        .map(ImageCountRow::fromRow)
        .mapPartitions(counts -> List.of(sum(counts, classes)).iterator())
        .treeReduce(Bootstrap::addAll);
  }

  private static Bootstrap sum(Iterator<ImageCountRow> counts, int classes) {
    Bootstrap bootstrap = Bootstrap.ofClasses(classes);
    counts.forEachRemaining(count -> bootstrap.add(count.imageId(), count.overlap()));
    return bootstrap;
  }
}
