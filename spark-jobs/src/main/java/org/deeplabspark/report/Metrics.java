package org.deeplabspark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.evaluate.ClassNames;
import org.deeplabspark.evaluate.Predictions;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.table.ClassCountRow;
import org.deeplabspark.table.ConfusionRow;
import org.deeplabspark.table.ImageCountRow;
import org.deeplabspark.table.StoredTable;

/**
 * What {@code evaluate} wrote about a run.
 *
 * @param place where it stands
 * @param option that named it
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
    Path place,
    String option,
    JsonNode summary,
    List<String> classNames,
    List<ClassIou> overlaps,
    ConfusionMatrix confusion,
    Dataset<Row> perImage,
    Bootstrap bootstrap,
    List<Double> trimap) {

  /**
   * Reads what a place holds.
   *
   * @throws UsageException if that is not all that {@code evaluate} writes
   */
  static Metrics read(SparkSession spark, Path place, String option) throws IOException {
    JsonNode summary = summary(spark, place, option);
    List<ClassCountRow> classes =
        table(spark, place, option, "per_class", ClassCountRow.SCHEMA)
            .orderBy("class_id")
            .collectAsList()
            .stream()
            .map(ClassCountRow::fromRow)
            .toList();
    long[] confusion = new long[classes.size() * classes.size()];
    for (Row row : table(spark, place, option, "confusion", ConfusionRow.SCHEMA).collectAsList()) {
      ConfusionRow count = ConfusionRow.fromRow(row);
      if (count.predictedClass() != ConfusionRow.UNMATCHED) {
        confusion[count.truthClass() * classes.size() + count.predictedClass()] = count.pixels();
      }
    }
    Dataset<Row> perImage = table(spark, place, option, "per_image", ImageCountRow.SCHEMA);
    return new Metrics(
        place,
        option,
        summary,
        classes.stream().map(ClassCountRow::className).toList(),
        classes.stream().map(ClassCountRow::overlap).toList(),
        ConfusionMatrix.ofCounts(classes.size(), confusion),
        perImage,
        Bootstraps.of(perImage, classes.size()),
        trimap(summary));
  }

  private static JsonNode summary(SparkSession spark, Path place, String option)
      throws IOException {
    FileSystem fs = place.getFileSystem(spark.sessionState().newHadoopConf());
    JsonNode summary;
    try {
      summary = new ObjectMapper().readTree(HadoopBytes.read(fs, new Path(place, "summary.json")));
    } catch (FileNotFoundException e) {
      throw new UsageException(
          "Invalid " + option + ": " + place + " holds no summary.json of evaluate", e);
    } catch (JsonProcessingException | ChecksumException e) {
      throw new UsageException(
          "Invalid " + option + ": " + place + "/summary.json is damaged; run evaluate again", e);
    }
    String command = summary.path("command").asText("evaluate");
    if (!command.equals("evaluate")) {
      throw new UsageException(
          "Invalid " + option + ": " + place + " is an output of " + command + ", not of evaluate");
    }
    return summary;
  }

  private static Dataset<Row> table(
      SparkSession spark, Path place, String option, String name, StructType schema)
      throws IOException {
    String fix = "run evaluate again";
    return StoredTable.read(spark, new Path(place, name), schema, option, fix, fix);
  }

  /** What is wrong with the option that named this, or the masks it was counted from. */
  UsageException wrong(String problem) {
    return new UsageException("Invalid " + option + ": " + problem);
  }

  /**
   * Checks that the classes are these; a list of plain numbers goes with any that is as long.
   *
   * @throws UsageException if they are not
   */
  void requireClasses(List<String> others, String whose) {
    boolean fit =
        ClassNames.numbered(classNames)
            ? classNames.size() <= others.size() || ClassNames.numbered(others)
            : ClassNames.numbered(others)
                ? others.size() <= classNames.size()
                : ClassNames.same(classNames, others);
    if (!fit) {
      throw wrong(
          String.format(
              "its classes are %s and %s %s; the page is of one list of classes",
              classNames, whose, others));
    }
  }

  /**
   * Checks that these are counts of the masks as they are now.
   *
   * @param from option that named the masks
   * @throws UsageException if they are not
   */
  void requireMasks(Predictions masks, String from) {
    long counted = images() + summary.path("images_not_compared").asLong();
    long there = masks.rows().count();
    String digest = summary.path("predictions_digest").asText("");
    if (counted != there || !(digest.isEmpty() || digest.equals(masks.digest()))) {
      throw wrong(
          String.format(
              "%s is of %d masks that are not the %d masks of %s as they are now; run evaluate again, or give"
                  + " --truth alone",
              place, counted, there, from));
    }
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
