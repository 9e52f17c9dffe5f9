package org.deeplabspark.label;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.table.ErrorRow;
import org.deeplabspark.table.KnownRow;
import org.deeplabspark.table.MaskRow;
import org.deeplabspark.table.StagedRow;

/** Staged shards of images that were never labelled, for tests of what becomes of them. */
final class StagedImages {

  private StagedImages() {}

  /**
   * Leaves shards as tasks do: {@code a} gets a mask, {@code e1} an error, and {@code d>m} moves
   * the row of {@code d} to {@code m}. Rows that they have already are replaced.
   */
  static void write(SparkSession spark, OutputDirectory output, String... shards) {
    Map<String, KnownRow> known = known(spark, output);
    List<Row> rows = new ArrayList<>();
    for (String shard : shards) {
      List<KnownRow> old =
          Stream.of(known.get(shard.replaceAll(">.*", ""))).filter(Objects::nonNull).toList();
      if (shard.contains(">")) {
        String id = shard.replaceAll(".*>", "");
        rows.add(StagedRow.moved(id, id, null, 1L, old.get(0), old));
      } else if (shard.startsWith("e")) {
        rows.add(
            StagedRow.of(
                new ErrorRow(shard, shard, null, 1L, null, "decode", "x", "x", output.runId()),
                old));
      } else {
        rows.add(StagedRow.of(mask(shard, output.runId()), old));
      }
    }
    spark
        .createDataFrame(rows, StagedRow.SCHEMA)
        .repartition(Math.min(2, shards.length))
        .write()
        .mode("append")
        .parquet(output.staged(StagedShards.job(0)).toString());
  }

  private static MaskRow mask(String id, String run) {
    byte[] mask = {1};
    return new MaskRow(
        id,
        id,
        null,
        1,
        "d",
        1,
        1,
        "png-indexed",
        mask,
        Map.of(),
        1,
        null,
        1,
        1,
        1,
        1,
        "m",
        "c",
        run);
  }

  /** Rows of the output by image id, as {@link DoneRows} knows them. */
  private static Map<String, KnownRow> known(SparkSession spark, OutputDirectory output) {
    Map<String, KnownRow> known = new HashMap<>();
    for (String table : List.of("masks", "errors")) {
      if (has(output, table)) {
        spark
            .read()
            .parquet(output.path(table).toString())
            .selectExpr("image_id", "path", "_metadata.file_path")
            .collectAsList()
            .forEach(
                row ->
                    known.put(
                        row.getString(0),
                        new KnownRow(
                            row.getString(0),
                            row.getString(1),
                            null,
                            1L,
                            "d",
                            table.equals("masks"),
                            row.getString(2))));
      }
    }
    return known;
  }

  private static boolean has(OutputDirectory output, String table) {
    try {
      return output.hasRows(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
