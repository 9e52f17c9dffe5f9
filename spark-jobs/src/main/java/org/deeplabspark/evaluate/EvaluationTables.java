package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.table.BoundaryRow;
import org.deeplabspark.table.ClassCountRow;
import org.deeplabspark.table.ConfusionRow;
import org.deeplabspark.table.DriverTable;
import org.deeplabspark.table.ImageCountRow;
import org.deeplabspark.table.SliceClassRow;
import org.deeplabspark.table.SliceRow;
import org.deeplabspark.table.UncomparedRow;

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

  /**
   * Stages the counts of the images that were compared, and what is wrong with the others.
   *
   * @return the staged counts
   */
  Dataset<Row> stageImages(JavaRDD<PairCounts> counted, EvaluationTotals totals) {
    int classes = totals.classes();
    JavaRDD<Row> counts =
        counted
            .filter(PairCounts::compared)
            .flatMap(
                image ->
                    image.overlaps(classes).stream()
                        .map(overlap -> new ImageCountRow(image.imageId(), overlap).toRow())
                        .iterator());
    int files = (int) (1 + totals.images() / IMAGES_PER_FILE);
    stage(PER_IMAGE, counts.coalesce(files), ImageCountRow.SCHEMA);
    if (totals.problems() > 0) {
      JavaRDD<Row> others =
          counted
              .filter(image -> !image.compared())
              .map(
                  image ->
                      new UncomparedRow(
                              image.imageId(), image.path(), image.code(), image.problem())
                          .toRow());
      stage(UNCOMPARED, others.coalesce(1), UncomparedRow.SCHEMA);
    }
    return spark
        .read()
        .schema(ImageCountRow.SCHEMA)
        .parquet(ImageRows.literal(output.staged(PER_IMAGE)));
  }

  private void stage(String table, JavaRDD<Row> rows, StructType schema) {
    spark.createDataFrame(rows, schema).write().parquet(output.staged(table).toString());
    staged.add(table);
  }

  /** Puts the tables and then the summary in the place of an earlier evaluation's. */
  void publish(Evaluation evaluation, EvaluateRequest request) throws IOException {
    List<String> names = evaluation.classNames();
    stage("per_class", ClassCountRow.SCHEMA, perClass(evaluation).map(ClassCountRow::toRow));
    stage("confusion", ConfusionRow.SCHEMA, confusion(evaluation.matrix()));
    Optional<Boundaries> boundaries = evaluation.boundaries();
    if (boundaries.isPresent()) {
      stage("boundary", BoundaryRow.SCHEMA, boundary(boundaries.get(), names));
    }
    if (request.slicing().isPresent()) {
      List<SliceRow> slices = evaluation.slices();
      stage("slices", SliceRow.SCHEMA, slices.stream().map(SliceRow::toRow));
      stage(
          "slice_classes",
          SliceClassRow.SCHEMA,
          slices.stream().flatMap(slice -> classes(slice, names)).map(SliceClassRow::toRow));
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

  private void stage(String table, StructType schema, Stream<Row> rows) {
    DriverTable.write(spark, output.staged(table), schema, rows.toList());
    staged.add(table);
  }

  private static Stream<ClassCountRow> perClass(Evaluation evaluation) {
    return evaluation.matrix().perClass().stream()
        .map(
            overlap ->
                new ClassCountRow(
                    overlap,
                    evaluation.classNames().get(overlap.classId()),
                    evaluation.intervals().images().get(overlap.classId())));
  }

  private static Stream<Row> confusion(ConfusionMatrix matrix) {
    List<ConfusionRow> rows = new ArrayList<>();
    for (int t = 0; t < matrix.classes(); t++) {
      for (int p = 0; p < matrix.classes(); p++) {
        rows.add(new ConfusionRow(t, p, matrix.count(t, p)));
      }
      if (matrix.unmatched(t) > 0) {
        rows.add(new ConfusionRow(t, ConfusionRow.UNMATCHED, matrix.unmatched(t)));
      }
    }
    return rows.stream().map(ConfusionRow::toRow);
  }

  private static Stream<Row> boundary(Boundaries found, List<String> names) {
    return Stream.concat(
            band("boundary_iou", null, found.rims(), names),
            IntStream.rangeClosed(1, found.trimaps().size())
                .boxed()
                .flatMap(w -> band("trimap", w, found.trimaps().get(w - 1), names)))
        .map(BoundaryRow::toRow);
  }

  private static Stream<BoundaryRow> band(
      String metric, Integer width, Figures band, List<String> names) {
    return band.overlaps().stream()
        .map(overlap -> new BoundaryRow(metric, width, overlap, names.get(overlap.classId())));
  }

  private static Stream<SliceClassRow> classes(SliceRow slice, List<String> names) {
    return slice.figures().overlaps().stream()
        .map(
            overlap ->
                new SliceClassRow(
                    slice.slice(), slice.value(), overlap, names.get(overlap.classId())));
  }
}
