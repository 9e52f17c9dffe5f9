package org.deeplabspark.label;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.Metadata;
import org.deeplabspark.io.HadoopBytes;

/**
 * Where a run's rows go. It lies in the run's staging directory before the first task begins, so
 * that another run can publish what this one has finished.
 *
 * @param partition directory in each table, {@code run_date=...}
 * @param maskMetadata what stands with column {@code mask}
 */
record CommitTarget(String partition, Metadata maskMetadata) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "target.json";

  void write(FileSystem fs, Path staging) throws IOException {
    ObjectNode target = JSON.createObjectNode();
    target.put("partition", partition);
    target.set("mask_metadata", JSON.readTree(maskMetadata.json()));
    try (FSDataOutputStream out = fs.create(new Path(staging, FILE), true)) {
      out.write(target.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Of the run that staged there; empty where it ended before any task began. */
  static Optional<CommitTarget> read(FileSystem fs, Path staging) throws IOException {
    Path file = new Path(staging, FILE);
    if (!fs.exists(file)) {
      return Optional.empty();
    }
    JsonNode target = JSON.readTree(HadoopBytes.read(fs, file));
    return Optional.of(
        new CommitTarget(
            target.path("partition").asText(),
            Metadata.fromJson(target.path("mask_metadata").toString())));
  }
}
