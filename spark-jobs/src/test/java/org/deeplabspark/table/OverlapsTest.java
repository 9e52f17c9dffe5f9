package org.deeplabspark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;

/** Counts that differ in every column, so that none can stand for another. */
class OverlapsTest {

  private static final ImageCountRow SKY = new ImageCountRow("a", new ClassIou(0, 3, 5, 7));
  private static final ImageCountRow TREE = new ImageCountRow("a", new ClassIou(2, 10, 20, 40));
  private static final ImageCountRow MORE_TREE =
      new ImageCountRow("b", new ClassIou(2, 100, 200, 400));

  private final SparkSession spark = SharedSpark.session();

  private Dataset<Row> counts() {
    return spark.createDataFrame(
        List.of(SKY.toRow(), TREE.toRow(), MORE_TREE.toRow()), ImageCountRow.SCHEMA);
  }

  @Test
  void columnsHoldWhatTheirNamesSay() {
    assertThat(
            counts()
                .filter("image_id = 'a' AND class_id = 2")
                .selectExpr("concat_ws(' ', intersection, truth_pixels, predicted_pixels) AS all")
                .first()
                .<String>getAs("all"))
        .isEqualTo("10 20 40");
  }

  @Test
  void rowsAreReadAsTheyWereWrittenInWhateverOrderTheirColumnsStand() {
    assertThat(
            counts()
                .select("intersection", "predicted_pixels", "image_id", "class_id", "truth_pixels")
                .collectAsList()
                .stream()
                .map(ImageCountRow::fromRow))
        .containsExactly(SKY, TREE, MORE_TREE);
  }

  @Test
  void sumsAreByClassAndOfZerosWhereNoRowHasIt() {
    assertThat(Overlaps.sumByClass(counts(), 4))
        .containsExactly(
            new ClassIou(0, 3, 5, 7),
            new ClassIou(1, 0, 0, 0),
            new ClassIou(2, 110, 220, 440),
            new ClassIou(3, 0, 0, 0));
  }

  @Test
  void sumsMayBeGroupedFurther() {
    assertThat(
            Overlaps.sumBy(counts(), "image_id").collectAsList().stream()
                .map(ImageCountRow::fromRow))
        .containsExactlyInAnyOrder(SKY, TREE, MORE_TREE);
  }

  @Test
  void aClassThatDoesNotOccurHasNoRatios() {
    Row row =
        spark
            .createDataFrame(
                List.of(new ClassCountRow(new ClassIou(1, 0, 0, 0), "kite", 0).toRow()),
                ClassCountRow.SCHEMA)
            .first();

    assertThat(row.<Double>getAs("iou")).isNull();
    assertThat(row.<Double>getAs("dice")).isNull();
    assertThat(ClassCountRow.fromRow(row))
        .isEqualTo(new ClassCountRow(new ClassIou(1, 0, 0, 0), "kite", 0));
  }
}
