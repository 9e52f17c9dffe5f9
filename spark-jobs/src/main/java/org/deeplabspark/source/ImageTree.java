package org.deeplabspark.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.source.ListDirectories.Directory;
import org.deeplabspark.source.ListDirectories.Found;

/**
 * The images below directories and globs, listed by the executors: one level of directories after
 * the other, each spread over all cores. The driver looks at the inputs themselves and counts; what
 * was found stays on the executors' disks.
 *
 * @param files with their inputs' numbers; ids are relative paths still
 * @param count of the files
 * @param leftOut what was seen and not taken
 */
record ImageTree(JavaRDD<Found> files, long count, SkippedFiles leftOut) {

  private static final int DIRECTORIES_PER_CORE = 4;

  /** What a level of directories came to. */
  private static final class Level implements Serializable {
    private static final long serialVersionUID = 1L;
    private long files;
    private long directories;
    private final SkippedFiles leftOut = new SkippedFiles();

    static Level count(Level level, Found found) {
      level.files += found.file() == null ? 0 : 1;
      level.directories += found.directory() == null ? 0 : 1;
      if (found.leftOut() != null) {
        level.leftOut.add(found.leftOut());
      }
      return level;
    }

    static Level sum(Level one, Level other) {
      one.files += other.files;
      one.directories += other.directories;
      one.leftOut.add(other.leftOut);
      return one;
    }
  }

  /**
   * Lists inputs.
   *
   * @param inputs directories, globs or files; a name that exists as it is written is not taken for
   *     a glob
   * @throws org.deeplabspark.settings.UsageException if an input does not exist or is an archive
   */
  static ImageTree of(SparkSession spark, List<String> inputs, InputFilter filter)
      throws IOException {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Inputs opened = Inputs.open(hadoop, inputs, filter);
    SkippedFiles leftOut = opened.leftOut();
    List<Directory> directories = opened.directories();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ListDirectories list =
        new ListDirectories(context.broadcast(new SerializableConfiguration(hadoop)), filter);
    int most = DIRECTORIES_PER_CORE * context.defaultParallelism();
    JavaRDD<Found> files = context.parallelize(opened.files(), 1);
    long count = opened.files().size();
    JavaRDD<Directory> next =
        context.parallelize(directories, Math.max(1, Math.min(most, directories.size())));
    for (long left = directories.size(); left > 0; ) {
      JavaRDD<Found> level = next.flatMap(list).persist(StorageLevel.DISK_ONLY());
      Level seen = level.aggregate(new Level(), Level::count, Level::sum);
      files = files.union(level.filter(found -> found.file() != null));
      count += seen.files;
      leftOut.add(seen.leftOut);
      left = seen.directories;
      next =
          level
              .filter(found -> found.directory() != null)
              .map(Found::directory)
              .repartition((int) Math.max(1, Math.min(most, left)));
    }
    return new ImageTree(files, count, leftOut);
  }
}
