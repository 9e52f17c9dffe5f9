package org.deeplabspark.evaluate;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.Optional;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;
import scala.Tuple2;

/**
 * {@code validate}: looks at every photograph's header and every label image before any compute is
 * spent on them. One pass on the executors; the driver holds the two lists and the sums.
 */
public final class ValidateJob {

  /** Where a label image is, and its segments where it is panoptic. */
  @SuppressWarnings("ArrayRecordComponent") // travels and is never compared
  record TruthFile(String path, Long length, int[] segments) implements Serializable {}

  private final SparkSession spark;
  private final InputFiles opener;
  private final ValidateRequest request;

  /**
   * Prepares a job; nothing is read before {@link #run}.
   *
   * @param settings limits of reading files
   */
  public ValidateJob(SparkSession spark, Settings settings, ValidateRequest request) {
    this.spark = Jobs.session(spark);
    this.opener = InputFiles.of(this.spark, settings);
    this.request = request;
  }

  /** Looks at everything. */
  public TruthReport run() throws IOException {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    EvaluateRequest labels = request.labels();
    ClassMatch match = ClassMatch.of(labels, List.of());
    TruthList truth =
        TruthList.of(
            hadoop,
            request.truth(),
            labels.endings().truth(),
            request.layout(),
            request.panopticJson());
    ImageRows photos = ImageRows.of(spark, request.inputs(), request.filter());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    InputFiles here = opener;
    boolean stored = photos.stored();
    Suffixes endings = labels.endings();
    Jobs.describe(spark, "validate " + request.truth());
    JavaPairRDD<String, PhotoSize> sizes =
        photos
            .rows()
            .select("image_id", "path", "content")
            .javaRDD()
            .repartition(spark.sparkContext().defaultParallelism() * 2)
            .mapToPair(
                row ->
                    new Tuple2<>(
                        endings.cut(row.getString(0)),
                        PhotoSize.of(here, row.getString(1), stored, row.getAs(2))));
    JavaPairRDD<String, TruthFile> files =
        context
            .parallelize(truth.files())
            .mapToPair(
                file ->
                    new Tuple2<>(file.imageId(), new TruthFile(file.path(), file.length(), null)));
    if (truth.segments().isPresent()) {
      files =
          context.parallelizePairs(
              truth.files().stream()
                  .map(
                      file ->
                          new Tuple2<>(
                              file.imageId(),
                              new TruthFile(
                                  file.path(), file.length(), truth.segments(file.path()))))
                  .toList());
    }
    int classes = match.classNames().size();
    TruthCheck check = new TruthCheck(opener, match);
    TruthFindings findings =
        sizes
            .fullOuterJoin(files)
            .mapPartitions(pairs -> List.of(sum(pairs, check, classes)).iterator())
            .treeReduce(TruthFindings::addAll);
    return findings.report(
        match.classNames(), match.known(), match.known() && match.truth().classOf(255) >= 0);
  }

  private static TruthFindings sum(
      Iterator<Tuple2<String, Tuple2<Optional<PhotoSize>, Optional<TruthFile>>>> pairs,
      TruthCheck check,
      int classes) {
    TruthFindings findings = new TruthFindings(classes);
    while (pairs.hasNext()) {
      Tuple2<String, Tuple2<Optional<PhotoSize>, Optional<TruthFile>>> pair = pairs.next();
      check.look(pair._1(), pair._2()._1().orNull(), pair._2()._2().orNull(), findings);
    }
    return findings;
  }
}
