package org.deeplabspark.source;

import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Parquet files as Spark's readers see them. */
public final class ParquetFiles {

  private ParquetFiles() {}

  /** Whether a file is one that a reader of its directory takes. */
  public static boolean is(FileStatus status) {
    return status.isFile() && isNamed(status.getPath().getName());
  }

  /** Whether a file of this name is one that a reader of its directory takes. */
  static boolean isNamed(String name) {
    return name.endsWith(".parquet") && !hidden(name);
  }

  /**
   * Whether a reader of this place finds any row group: a Parquet file in it or below; false where
   * there is no such place.
   */
  public static boolean existIn(FileSystem fs, Path place) throws IOException {
    if (!fs.exists(place)) {
      return false;
    }
    for (FileStatus status : fs.listStatus(place)) {
      boolean below =
          status.isDirectory()
              && !hidden(status.getPath().getName())
              && existIn(fs, status.getPath());
      if (below || is(status)) {
        return true;
      }
    }
    return false;
  }

  /** Names that Spark's readers pass over. */
  private static boolean hidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }
}
