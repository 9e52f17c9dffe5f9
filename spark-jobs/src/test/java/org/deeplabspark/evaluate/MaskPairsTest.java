package org.deeplabspark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.testing.PanopticTruth;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only names matter here: no file is opened. */
class MaskPairsTest {

  @TempDir Path dir;

  private final SparkSession spark = SharedSpark.session();

  @BeforeEach
  void folders() throws IOException {
    write("truth/oslo/1_gt.png", "four");
    write("truth/oslo/2_gt.png", "seven..");
    write("truth/oslo/1_colour.png", "");
    write("predictions/oslo/1_left.png", "six...");
    write("predictions/rome/1_left.png", "");
  }

  private void write(String name, String content) throws IOException {
    Files.createDirectories(dir.resolve(name).getParent());
    Files.writeString(dir.resolve(name), content);
  }

  private Truth truth() {
    return new Truth(
        dir.resolve("truth").toString(),
        new Suffixes("_left", "_gt"),
        255,
        Optional.empty(),
        Optional.empty());
  }

  private static List<MaskPair> collected(MaskPairs pairs, Predictions predictions) {
    return pairs.of(predictions).collect().stream()
        .sorted(Comparator.comparing(MaskPair::imageId))
        .toList();
  }

  @Test
  void filesOfAFolderFindTheirTruthByIdsWithoutEndings() throws IOException {
    MaskPairs pairs = new MaskPairs(spark, truth());
    Predictions predictions =
        Predictions.of(spark, dir.resolve("predictions").toString(), "--predictions");

    List<MaskPair> found = collected(pairs, predictions);

    assertThat(pairs.truths()).isEqualTo(2);
    assertThat(pairs.someTruth()).startsWith("oslo/");
    assertThat(found).extracting(MaskPair::imageId).containsExactly("oslo/1", "rome/1");
    assertThat(found.get(0).path()).endsWith("predictions/oslo/1_left.png");
    assertThat(found.get(0).length()).isEqualTo(6);
    assertThat(found.get(0).mask()).isNull();
    assertThat(found.get(0).truth().path()).endsWith("truth/oslo/1_gt.png");
    assertThat(found.get(0).truth().length()).isEqualTo(4);
    assertThat(found.get(0).truth().segments()).isEmpty();
    assertThat(found.get(1).truth()).isNull();
  }

  @Test
  void rowsOfATableBringTheirMasks() throws IOException {
    StructType schema =
        new StructType().add("image_id", "string").add("path", "string").add("mask", "binary");
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(
                RowFactory.create("oslo/2_left", "photo.jpg", new byte[] {1, 2}),
                RowFactory.create("rome/1_left", null, new byte[] {3})),
            schema);
    Predictions predictions = new Predictions(rows, List.of(), List.of(), rows);

    List<MaskPair> found = collected(new MaskPairs(spark, truth()), predictions);

    assertThat(found).extracting(MaskPair::imageId).containsExactly("oslo/2", "rome/1");
    assertThat(found.get(0).path()).isEqualTo("photo.jpg");
    assertThat(found.get(0).length()).isNull();
    assertThat(found.get(0).mask()).containsExactly(1, 2);
    assertThat(found.get(0).truth().length()).isEqualTo(7);
    assertThat(found.get(1).truth()).isNull();
  }

  @Test
  void aPanopticTruthBringsItsSegmentsOnBothWays() throws IOException {
    write(
        "truth.json",
        """
        {"categories": [{"id": 10, "name": "sky"}, {"id": 20, "name": "tree"}],
         "annotations": [{"file_name": "1_gt.png", "segments_info":
           [{"id": 5, "category_id": 20}, {"id": 6, "category_id": 10}]}]}
        """);
    MaskPairs pairs = new MaskPairs(spark, truth().withLayout(PanopticTruth.LAYOUT));
    Predictions folder =
        Predictions.of(spark, dir.resolve("predictions").toString(), "--predictions");
    Predictions table = new Predictions(folder.rows(), List.of(), List.of(), folder.states());

    for (Predictions predictions : List.of(folder, table)) {
      assertThat(collected(pairs, predictions).get(0).truth().segments())
          .containsExactly(5, 1, 6, 0);
    }
  }
}
