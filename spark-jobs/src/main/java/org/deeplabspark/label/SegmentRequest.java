package org.deeplabspark.label;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;

/**
 * What {@code segment} is asked.
 *
 * @param model directory or weights file
 * @param modelCard of a weights file
 * @param inputs directories, globs, files or one Parquet data set; none where a list is given
 * @param filesFrom a list of paths
 * @param idRoot directory that the ids of a list are relative to; empty: whole paths
 * @param output directory of the tables
 * @param runDate partition of this run's rows
 */
public record SegmentRequest(
    String model,
    Optional<String> modelCard,
    List<String> inputs,
    Optional<String> filesFrom,
    Optional<String> idRoot,
    String output,
    LocalDate runDate) {

  /**
   * Checks that there is exactly one kind of input.
   *
   * @throws UsageException if there is none, or both, or a root of ids without a list
   */
  public SegmentRequest {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty() == filesFrom.isEmpty()) {
      throw new UsageException("Invalid input: give either --input or --files-from");
    }
    if (idRoot.isPresent() && filesFrom.isEmpty()) {
      throw new UsageException(
          "Invalid --id-root: only the ids of --files-from need one; those of --input are relative to it");
    }
  }

  /** Opens the input. */
  ImageRows images(SparkSession spark, InputFilter filter, InputFiles files) throws IOException {
    return filesFrom.isPresent()
        ? ImageRows.ofList(spark, filesFrom.get(), idRoot, filter, files)
        : ImageRows.of(spark, inputs, filter);
  }
}
