package org.deeplabspark.dataset;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageFile;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The files of a truth, on the driver.
 *
 * @param files at least one
 * @param segments of a panoptic truth; else empty
 */
public record TruthList(List<ImageFile> files, Optional<PanopticSegments> segments) {

  /** {@code segments} is null where the truth is not panoptic. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("truth_path", DataTypes.StringType)
          .add("truth_length", DataTypes.LongType)
          .add("segments", DataTypes.createArrayType(DataTypes.IntegerType, false));

  private static final int ROWS_PER_SLICE = 10_000;

  /**
   * Lists a folder.
   *
   * @param suffix that names end with before their extension; it is no part of the id
   * @param json categories of a panoptic truth; empty: {@code FOLDER.json} beside it
   * @throws UsageException if there is no such file or the categories do not fit the layout
   */
  public static TruthList of(
      Configuration hadoop,
      String folder,
      String suffix,
      Optional<LabelLayout> layout,
      Optional<String> json)
      throws IOException {
    Optional<PanopticSegments> segments = Optional.empty();
    if (layout.isPresent() && layout.get().coding() == LabelCoding.PANOPTIC) {
      String place = json.orElse(new Path(folder) + ".json");
      segments = Optional.of(PanopticSegments.read(hadoop, place, layout.get()));
    }
    return new TruthList(TruthFiles.list(hadoop, folder, suffix, "--truth"), segments);
  }

  /** The files by {@link #SCHEMA}, spread over the executors. */
  public Dataset<Row> rows(SparkSession spark) {
    List<Row> rows =
        files.stream()
            .map(
                file ->
                    RowFactory.create(
                        file.imageId(), file.path(), file.length(), segments(file.path())))
            .toList();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, 1 + rows.size() / ROWS_PER_SLICE),
        SCHEMA);
  }

  /** Segments in a row that has the columns of {@link #SCHEMA}; none where they are null. */
  public static int[] segments(Row row) {
    Seq<Integer> segments = row.getAs("segments");
    return segments == null
        ? new int[0]
        : JavaConverters.seqAsJavaList(segments).stream().mapToInt(Integer::intValue).toArray();
  }

  /** One of the files, with its segments. */
  public TruthFile file(ImageFile file) {
    int[] of = segments(file.path());
    return new TruthFile(file.path(), file.length(), of == null ? new int[0] : of);
  }

  /** Segments of one file: number, class, ...; null where the truth is not panoptic. */
  private int[] segments(String path) {
    return segments.map(all -> all.of(new Path(path).getName())).orElse(null);
  }
}
