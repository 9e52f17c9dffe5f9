package org.deeplabspark.dataset;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.source.HadoopBytes;

/**
 * Bytes of label images, which are small and many: opening one costs more than reading it. On a
 * local disk they are read past Hadoop, whose look for a checksum file takes as long as decoding
 * the mask; a PNG's chunks have checksums of their own. Elsewhere the length that the listing saw
 * spares a question to the file system.
 */
public final class LabelFiles {

  private LabelFiles() {}

  /**
   * Reads a whole file.
   *
   * @param length in bytes as it was listed; -1: not known
   * @throws IOException if it cannot be read
   */
  public static byte[] read(Configuration hadoop, String path, long length) throws IOException {
    Path file = new Path(path);
    if ("file".equals(file.toUri().getScheme())) {
      return Files.readAllBytes(java.nio.file.Path.of(file.toUri().getPath()));
    }
    FileSystem fs = file.getFileSystem(hadoop);
    if (length < 0 || length > Integer.MAX_VALUE - 8) {
      return HadoopBytes.read(fs, file);
    }
    byte[] content = new byte[(int) length];
    try (FSDataInputStream in = fs.open(file)) {
      in.readFully(0, content);
    }
    return content;
  }
}
