package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.ImageCount;

/** Writes what an evaluation found. */
final class EvaluationTables {

  /** Images whose counts go into one file. */
  private static final long IMAGES_PER_FILE = 1_000_000;

  private static final String PER_IMAGE = "per_image";
  private static final String UNCOMPARED = "uncompared";

  private final SparkSession spark;
  private final OutputDirectory output;
  private final List<String> staged = new ArrayList<>();

  EvaluationTables(SparkSession spark, OutputDirectory output) {
    this.spark = spark;
    this.output = output;
  }

  /** Stages the counts of each image; returns them as a table. */
  Dataset<Row> stagePerImage(JavaRDD<Row> perImage, long images) {
    int files = (int) (1 + images / IMAGES_PER_FILE);
    spark
        .createDataFrame(perImage.coalesce(files), ImageCount.PER_IMAGE)
        .write()
        .parquet(output.staged(PER_IMAGE).toString());
    staged.add(PER_IMAGE);
    return spark
        .read()
        .schema(ImageCount.PER_IMAGE)
        .parquet(org.deeplabspark.source.ImageRows.literal(output.staged(PER_IMAGE)));
  }

  /** Stages what is wrong with the images that could not be compared. */
  void stageUncompared(JavaRDD<Row> uncompared) {
    JavaRDD<Row> rows =
        uncompared.map(
            row ->
                RowFactory.create(
                    row.get(0), row.get(1), PairCounts.code(row), PairCounts.problem(row)));
    spark
        .createDataFrame(rows.coalesce(1), ImageCount.UNCOMPARED)
        .write()
        .parquet(output.staged(UNCOMPARED).toString());
    staged.add(UNCOMPARED);
  }

  /** Puts the tables and then the summary in the place of an earlier evaluation's. */
  void publish(Evaluation evaluation, EvaluateRequest request) throws IOException {
    List<String> names = evaluation.classNames();
    stage("per_class", perClass(evaluation), ImageCount.PER_CLASS);
    stage("confusion", confusion(evaluation.matrix()), ImageCount.CONFUSION);
    if (evaluation.boundaries().isPresent()) {
      stage("boundary", boundary(evaluation.boundaries().get(), names), ImageCount.BOUNDARY);
    }
    if (request.slicing().isPresent()) {
      stage("slices", slices(evaluation.slices()), ImageCount.SLICES);
      stage("slice_classes", sliceClasses(evaluation.slices(), names), ImageCount.SLICE_CLASSES);
    }
    for (String table : staged) {
      output.replace(table);
    }
    for (String table : List.of("boundary", "slices", "slice_classes", UNCOMPARED)) {
      if (!staged.contains(table)) {
        output.delete(table);
      }
    }
    output.writeText("summary.json", EvaluationSummary.json(evaluation, request));
  }

  private void stage(String table, List<Row> rows, StructType schema) {
    spark
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .parquet(output.staged(table).toString());
    staged.add(table);
  }

  private static List<Row> perClass(Evaluation evaluation) {
    List<Row> rows = new ArrayList<>();
    for (ClassIou iou : evaluation.matrix().perClass()) {
      List<Object> row = counts(List.of(), iou, evaluation.classNames());
      row.add(evaluation.intervals().images().get(iou.classId()));
      rows.add(RowFactory.create(row.toArray()));
    }
    return rows;
  }

  /** Some columns, then class, name, counts and ratios. */
  private static List<Object> counts(List<Object> before, ClassIou overlap, List<String> names) {
    List<Object> row = new ArrayList<>(before);
    row.add(overlap.classId());
    row.add(names.get(overlap.classId()));
    row.add(overlap.truthPixels());
    row.add(overlap.predictedPixels());
    row.add(overlap.intersection());
    row.add(overlap.union());
    row.add(orNull(overlap.iou()));
    row.add(orNull(overlap.accuracy()));
    row.add(orNull(overlap.dice()));
    return row;
  }

  private static List<Row> confusion(ConfusionMatrix matrix) {
    List<Row> rows = new ArrayList<>();
    for (int t = 0; t < matrix.classes(); t++) {
      for (int p = 0; p < matrix.classes(); p++) {
        rows.add(RowFactory.create(t, p, matrix.count(t, p)));
      }
      if (matrix.unmatched(t) > 0) {
        rows.add(RowFactory.create(t, PairCounts.UNMATCHED, matrix.unmatched(t)));
      }
    }
    return rows;
  }

  private static List<Row> boundary(Boundaries found, List<String> names) {
    List<Row> rows = new ArrayList<>();
    addBand(rows, "boundary_iou", null, found.rims(), names);
    for (int width = 1; width <= found.trimaps().size(); width++) {
      addBand(rows, "trimap", width, found.trimaps().get(width - 1), names);
    }
    return rows;
  }

  private static void addBand(
      List<Row> rows, String metric, Integer width, Figures band, List<String> names) {
    for (ClassIou overlap : band.overlaps()) {
      List<Object> row = new ArrayList<>();
      row.add(metric);
      row.add(width);
      rows.add(RowFactory.create(counts(row, overlap, names).toArray()));
    }
  }

  private static List<Row> slices(List<SliceFigures> slices) {
    List<Row> rows = new ArrayList<>();
    for (SliceFigures slice : slices) {
      Figures figures = slice.figures();
      rows.add(
          RowFactory.create(
              slice.slice(),
              slice.value(),
              slice.images(),
              figures.pixels(),
              orNull(figures.meanIou(MeanIou.PRESENT)),
              orNull(figures.meanIou(MeanIou.UNION)),
              orNull(figures.meanIou(MeanIou.ALL)),
              orNull(figures.pixelAccuracy()),
              orNull(figures.meanAccuracy()),
              orNull(figures.frequencyWeightedIou())));
    }
    return rows;
  }

  private static List<Row> sliceClasses(List<SliceFigures> slices, List<String> names) {
    List<Row> rows = new ArrayList<>();
    for (SliceFigures slice : slices) {
      for (ClassIou overlap : slice.figures().overlaps()) {
        List<Object> row = new ArrayList<>();
        row.add(slice.slice());
        row.add(slice.value());
        rows.add(RowFactory.create(counts(row, overlap, names).toArray()));
      }
    }
    return rows;
  }

  private static Double orNull(double ratio) {
    return Double.isNaN(ratio) ? null : ratio;
  }
}
