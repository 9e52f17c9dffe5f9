package org.deeplabspark.sweep;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.Overlaps;

/** Bootstrap intervals of every setting, by the executors, from {@code per_image} alone. */
final class SweepIntervals {

  /**
   * One setting's mean IoU and its gain over another setting.
   *
   * @param own interval of the mean IoU
   * @param gain interval of the difference
   */
  record Pair(Interval own, Interval gain) implements Serializable {}

  private final Dataset<Row> perImage;
  private final int classes;
  private final MeanIou convention;

  SweepIntervals(Dataset<Row> perImage, int classes, MeanIou convention) {
    this.perImage = perImage;
    this.classes = classes;
    this.convention = convention;
  }

  /** The bootstrap of one setting. */
  Bootstrap of(int setting) {
    return Bootstraps.of(perImage.filter(col("setting_id").equalTo(setting)), classes);
  }

  /** Intervals of all settings by id, gains over one of them. */
  Map<Integer, Pair> all(Bootstrap baseline) {
    Broadcast<Bootstrap> other =
        JavaSparkContext.fromSparkContext(perImage.sparkSession().sparkContext())
            .broadcast(baseline);
    int count = classes;
    MeanIou by = convention;
    Map<Integer, Pair> pairs = new HashMap<>();
    perImage
        .repartition(col("setting_id"))
        .sortWithinPartitions("setting_id", "image_id")
        .javaRDD()
        .mapPartitions(rows -> settings(rows, count, by, other.value()).iterator())
        .collect()
        .forEach(pair -> pairs.put(pair._1(), pair._2()));
    return pairs;
  }

  private static List<scala.Tuple2<Integer, Pair>> settings(
      Iterator<Row> rows, int classes, MeanIou convention, Bootstrap baseline) {
    List<scala.Tuple2<Integer, Pair>> pairs = new ArrayList<>();
    Bootstrap bootstrap = null;
    int setting = -1;
    while (rows.hasNext()) {
      Row row = rows.next();
      int next = row.getAs("setting_id");
      if (bootstrap == null || next != setting) {
        if (bootstrap != null) {
          pairs.add(scala.Tuple2.apply(setting, pair(bootstrap, baseline, convention)));
        }
        bootstrap = Bootstrap.ofClasses(classes);
        setting = next;
      }
      bootstrap.add(row.getAs("image_id"), Overlaps.fromRow(row));
    }
    if (bootstrap != null) {
      pairs.add(scala.Tuple2.apply(setting, pair(bootstrap, baseline, convention)));
    }
    return pairs;
  }

  static Pair pair(Bootstrap bootstrap, Bootstrap baseline, MeanIou convention) {
    Intervals own = bootstrap.intervals();
    Intervals gain = bootstrap.gainOver(baseline);
    return new Pair(own.meanIou().get(convention), gain.meanIou().get(convention));
  }
}
