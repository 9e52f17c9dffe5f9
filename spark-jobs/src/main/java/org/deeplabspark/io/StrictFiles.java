package org.deeplabspark.io;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Changes to which some Hadoop file systems answer false where others throw: here all throw. */
public final class StrictFiles {

  private StrictFiles() {}

  /** Makes a directory and its parents, unless they are there. */
  public static void mkdirs(FileSystem fs, Path directory) throws IOException {
    if (!fs.mkdirs(directory)) {
      throw new IOException("Cannot make directory " + directory);
    }
  }

  /** Renames a file or a directory to a name that is free. */
  public static void rename(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  /** Deletes a file, or a directory and all below it, if it is there. */
  public static void delete(FileSystem fs, Path path) throws IOException {
    if (!fs.delete(path, true) && fs.exists(path)) {
      throw new IOException("Cannot delete " + path);
    }
  }
}
