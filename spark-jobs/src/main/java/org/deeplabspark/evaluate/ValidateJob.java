package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.Optional;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.pass.Jobs;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.source.InputFiles;
import scala.Tuple2;

/**
 * {@code validate}: looks at every photograph's header and every label image before any compute is
 * spent on them. One pass on the executors; the driver holds the two lists and the sums.
 */
public final class ValidateJob {

  private final SparkSession spark;
  private final InputFiles opener;
  private final ValidateRequest request;

  /**
   * Prepares a job; nothing is read before {@link #run}.
   *
   * @param limits of reading files
   */
  public ValidateJob(SparkSession spark, ReadLimits limits, ValidateRequest request) {
    this.spark = Jobs.session(spark);
    this.opener = InputFiles.of(this.spark, limits);
    this.request = request;
  }

  /** Everything that is wrong, and the classes' shares. */
  public TruthReport run() throws IOException {
    Truth asked = request.truth();
    ClassMatch match = ClassMatch.of(asked, PredictedLabels.named(request.classNames()), List.of());
    TruthList truth = asked.list(spark.sessionState().newHadoopConf());
    ImageRows photos = ImageRows.of(spark, request.inputs(), request.filter());
    TruthCheck check = new TruthCheck(opener, match, request.mostExamples());
    Jobs.describe(spark, "validate " + asked.place());
    TruthFindings findings =
        sizes(photos, asked.endings())
            .fullOuterJoin(files(truth))
            .mapPartitions(pairs -> List.of(sum(pairs, check)).iterator())
            .treeReduce(TruthFindings::addAll);
    return findings.report(
        match.classNames(), match.known(), match.known() && match.truth().classOf(255) >= 0);
  }

  private JavaPairRDD<String, PhotoSize> sizes(ImageRows photos, Suffixes endings) {
    InputFiles files = opener;
    boolean stored = photos.stored();
    return photos
        .rows()
        .select("image_id", "path", "content")
        .javaRDD()
        .repartition(spark.sparkContext().defaultParallelism() * 2)
        .mapToPair(
            row ->
                new Tuple2<>(
                    endings.cut(row.<String>getAs("image_id")),
                    PhotoSize.of(files, row.getAs("path"), stored, row.getAs("content"))));
  }

  private JavaPairRDD<String, TruthFile> files(TruthList truth) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelizePairs(
            truth.files().stream()
                .map(file -> new Tuple2<>(file.imageId(), truth.file(file)))
                .toList());
  }

  private static TruthFindings sum(
      Iterator<Tuple2<String, Tuple2<Optional<PhotoSize>, Optional<TruthFile>>>> pairs,
      TruthCheck check) {
    TruthFindings findings = check.none();
    while (pairs.hasNext()) {
      Tuple2<String, Tuple2<Optional<PhotoSize>, Optional<TruthFile>>> pair = pairs.next();
      findings.addAll(check.of(pair._1(), pair._2()._1().orNull(), pair._2()._2().orNull()));
    }
    return findings;
  }
}
