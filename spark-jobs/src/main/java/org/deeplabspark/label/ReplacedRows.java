package org.deeplabspark.label;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.ParquetFiles;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.source.ImageRows;

/**
 * Takes rows that a commit replaces out of the files that hold them. Such a file is written anew
 * without them and put in its own place by one rename, so that a reader sees an image's old row or
 * none, and never two.
 */
final class ReplacedRows {

  /** Column: the file that holds a row, as a URI. */
  static final String FILE = "file";

  private static final String REST = "rest";

  /**
   * One file that loses rows.
   *
   * @param file of the table
   * @param rest directory of the file that takes its place, which has that one's path below {@code
   *     rest}; empty where no row is left
   */
  record Exchange(Path file, Optional<Path> rest) {}

  private final SparkSession spark;
  private final OutputDirectory output;
  private final TableWriter writer;

  ReplacedRows(SparkSession spark, OutputDirectory output, TableWriter writer) {
    this.spark = spark;
    this.output = output;
    this.writer = writer;
  }

  /**
   * Writes the files that take the places of those with old rows.
   *
   * @param rows by {@code image_id} and {@link #FILE}, those that go
   * @param place for the files
   */
  List<Exchange> without(Dataset<Row> rows, Path place) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    Dataset<Row> old = rows.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      for (String file : old.select(FILE).distinct().as(Encoders.STRING()).collectAsList()) {
        Dataset<Row> gone = old.filter(col(FILE).equalTo(file));
        Path path = new Path(URI.create(file));
        exchanges.add(exchange(path, gone.select(col("image_id").as("gone_id")), place));
      }
    } finally {
      old.unpersist();
    }
    return exchanges;
  }

  private Exchange exchange(Path file, Dataset<Row> gone, Path place) throws IOException {
    Path rest = new Path(new Path(place, REST), output.relative(file));
    // Without a schema: what stands in the columns' metadata goes with them.
    Dataset<Row> stay =
        spark
            .read()
            .parquet(ImageRows.literal(file))
            // The images of one file are few enough for every task to know them.
            .join(broadcast(gone), col("image_id").equalTo(col("gone_id")), "left_anti");
    writer.rest(stay, rest);
    boolean any = !spark.read().schema(stay.schema()).parquet(ImageRows.literal(rest)).isEmpty();
    if (!any) {
      StrictFiles.delete(output.fileSystem(), rest);
    }
    return new Exchange(file, any ? Optional.of(rest) : Optional.empty());
  }

  /** Makes the exchanges. */
  void exchange(List<Exchange> exchanges) throws IOException {
    for (Exchange exchange : exchanges) {
      if (exchange.rest().isPresent()) {
        output.exchange(exchange.rest().get(), exchange.file());
      } else {
        StrictFiles.delete(output.fileSystem(), exchange.file());
      }
    }
  }

  /**
   * Ends exchanges that an earlier attempt has begun. An object store deletes the old file before
   * the new one gets its name: where there is neither, rows would be lost that nobody replaces.
   *
   * @param place directory of that attempt
   */
  void endExchanges(Path place) throws IOException {
    Path root = new Path(place, REST);
    if (output.fileSystem().exists(root)) {
      endExchangesBelow(root, root);
    }
  }

  private void endExchangesBelow(Path root, Path directory) throws IOException {
    FileSystem fs = output.fileSystem();
    for (FileStatus entry : fs.listStatus(directory)) {
      if (entry.isDirectory()) {
        endExchangesBelow(root, entry.getPath());
      } else if (ParquetFiles.is(entry) && ParquetFiles.isNamed(directory.getName())) {
        // What was not written to its end lies deeper.
        String below = directory.toUri().getPath().substring(root.toUri().getPath().length() + 1);
        Path file = output.path(below);
        if (!fs.exists(file)) {
          output.exchange(directory, file);
        }
      }
    }
  }
}
