package org.deeplabspark.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.ClassCountRow;
import org.deeplabspark.table.ConfusionRow;

/**
 * What {@code evaluate} wrote about a run.
 *
 * @param summary {@code summary.json}
 * @param classNames in order
 * @param overlaps of all classes
 * @param confusion pixels by true and predicted class
 * @param perImage counts of each image
 * @param bootstrap over the images
 * @param trimap mean IoU by the width of the band in pixels from 1 on; empty where it was not
 *     measured
 */
record Metrics(
    JsonNode summary,
    List<String> classNames,
    List<ClassIou> overlaps,
    ConfusionMatrix confusion,
    Dataset<Row> perImage,
    Bootstrap bootstrap,
    List<Double> trimap) {

  static Metrics read(SparkSession spark, Path place, String option) throws IOException {
    JsonNode summary;
    try {
      summary =
          new ObjectMapper()
              .readTree(
                  HadoopBytes.read(
                      place.getFileSystem(spark.sessionState().newHadoopConf()),
                      new Path(place, "summary.json")));
    } catch (FileNotFoundException e) {
      throw new UsageException(
          "Invalid " + option + ": " + place + " holds no summary.json of evaluate", e);
    }
    List<ClassCountRow> classes =
        table(spark, place, "per_class").orderBy("class_id").collectAsList().stream()
            .map(ClassCountRow::fromRow)
            .toList();
    long[] confusion = new long[classes.size() * classes.size()];
    for (Row row : table(spark, place, "confusion").collectAsList()) {
      ConfusionRow count = ConfusionRow.fromRow(row);
      if (count.predictedClass() != ConfusionRow.UNMATCHED) {
        confusion[count.truthClass() * classes.size() + count.predictedClass()] = count.pixels();
      }
    }
    Dataset<Row> perImage = table(spark, place, "per_image");
    return new Metrics(
        summary,
        classes.stream().map(ClassCountRow::className).toList(),
        classes.stream().map(ClassCountRow::overlap).toList(),
        ConfusionMatrix.ofCounts(classes.size(), confusion),
        perImage,
        Bootstraps.of(perImage, classes.size()),
        trimap(summary));
  }

  private static Dataset<Row> table(SparkSession spark, Path place, String name) {
    return spark.read().parquet(ImageRows.literal(new Path(place, name)));
  }

  private static List<Double> trimap(JsonNode summary) {
    List<Double> curve = new ArrayList<>();
    for (JsonNode value :
        summary
            .path("boundary")
            .path("trimap")
            .path("mIoU_by_convention")
            .path(summary.path("convention").asText())) {
      curve.add(value.isNull() ? Double.NaN : value.asDouble());
    }
    return curve;
  }

  /** Ids of the images that were counted. */
  Dataset<Row> imageIds() {
    return perImage.select("image_id").distinct();
  }

  MeanIou convention() {
    return MeanIou.valueOf(summary.path("convention").asText("present").toUpperCase(Locale.ROOT));
  }

  /** A ratio of the summary; NaN where it is null. */
  double ratio(String key) {
    return summary.path(key).asDouble(Double.NaN);
  }

  double meanIou() {
    return ratio("mIoU");
  }

  long images() {
    return summary.path("images").asLong();
  }

  Interval meanIouInterval(Intervals intervals) {
    return intervals.meanIou().get(convention());
  }

  /** Mean IoU of each image over the classes in its truth: {@code image_id}, {@code miou}. */
  Dataset<Row> byImage() {
    return perImage
        .filter("truth_pixels > 0")
        .selectExpr(
            "image_id", "intersection / (truth_pixels + predicted_pixels - intersection) AS iou")
        .groupBy("image_id")
        .agg(org.apache.spark.sql.functions.avg("iou").as("miou"));
  }
}
