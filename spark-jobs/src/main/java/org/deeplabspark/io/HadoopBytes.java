package org.deeplabspark.io;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Whole files from any Hadoop file system. */
public final class HadoopBytes {

  private HadoopBytes() {}

  /** Opens a file that an operator named, or that we wrote ourselves. */
  public static InputStream open(FileSystem fs, Path path) throws IOException {
    return new BufferedInputStream(fs.open(path), 1 << 16);
  }

  /**
   * Reads a file.
   *
   * @throws FileNotFoundException if it is not there or is a directory
   * @throws IOException if it cannot be read, or has 2 GiB or more
   */
  public static byte[] read(FileSystem fs, Path path) throws IOException {
    FileStatus status = fs.getFileStatus(path);
    if (status.isDirectory()) {
      throw new FileNotFoundException(path + " is a directory");
    }
    if (status.getLen() > Integer.MAX_VALUE - 8) {
      throw new IOException(path + " has " + status.getLen() + " bytes, more than an array holds");
    }
    byte[] content = new byte[(int) status.getLen()];
    try (FSDataInputStream in = fs.open(path)) {
      in.readFully(0, content);
    }
    return content;
  }
}
