package org.deeplabspark.job;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.source.ImageRows;

/**
 * Takes rows that a commit replaces out of the files that hold them. Such a file is written anew
 * without them and put in its own place by one rename, so that a reader sees an image's old row or
 * none, and never two.
 */
final class OldRows {

  /**
   * One file that loses rows.
   *
   * @param file of the table
   * @param rest directory of the file that takes its place; empty where no row is left
   */
  record Exchange(Path file, Optional<Path> rest) {}

  private final SparkSession spark;
  private final TableWriter writer;

  OldRows(SparkSession spark, TableWriter writer) {
    this.spark = spark;
    this.writer = writer;
  }

  /**
   * Writes the files that take the places of those with these rows.
   *
   * @param old rows that go, by {@code file} and {@code image_id}
   * @param place for the files
   */
  List<Exchange> without(Dataset<Row> old, Path place) {
    List<Exchange> exchanges = new ArrayList<>();
    Dataset<Row> rows = old.persist(StorageLevel.MEMORY_AND_DISK());
    for (Row file : rows.select("file").distinct().collectAsList()) {
      Dataset<Row> gone = rows.filter(col("file").equalTo(file.getString(0)));
      Path rest = new Path(place, "rest-" + exchanges.size());
      exchanges.add(exchange(file.getString(0), gone.select(col("image_id").as("gone_id")), rest));
    }
    rows.unpersist();
    return exchanges;
  }

  private Exchange exchange(String file, Dataset<Row> gone, Path rest) {
    Path path = new Path(URI.create(file));
    // Without a schema: what stands in the columns' metadata goes with them.
    Dataset<Row> stay =
        spark
            .read()
            .parquet(ImageRows.literal(path))
            // The images of one file are few enough for every task to know them.
            .join(broadcast(gone), col("image_id").equalTo(col("gone_id")), "left_anti");
    writer.rest(stay, rest);
    boolean any = !spark.read().schema(stay.schema()).parquet(ImageRows.literal(rest)).isEmpty();
    return new Exchange(path, any ? Optional.of(rest) : Optional.empty());
  }
}
