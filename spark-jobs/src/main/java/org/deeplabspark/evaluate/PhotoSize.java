package org.deeplabspark.evaluate;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.image.ImageSize;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.source.HadoopBytes;

/**
 * A photograph's size by its header, or why there is none.
 *
 * @param path of the photograph
 * @param width columns; 0 where it cannot be read
 * @param height rows; 0 where it cannot be read
 * @param problem null where there is none
 */
record PhotoSize(String path, int width, int height, String problem) implements Serializable {

  /** Cameras put thumbnails and profiles before the size, seldom more than this. */
  private static final int HEAD_BYTES = 1 << 16;

  static PhotoSize of(Configuration hadoop, String path, byte[] content) {
    try {
      ImageSize size = content != null ? ImageSize.of(content) : read(hadoop, new Path(path));
      return new PhotoSize(path, size.width(), size.height(), null);
    } catch (MalformedImageException e) {
      return new PhotoSize(path, 0, 0, e.getMessage());
    } catch (IOException e) {
      return new PhotoSize(path, 0, 0, e.toString());
    }
  }

  private static ImageSize read(Configuration hadoop, Path path)
      throws IOException, MalformedImageException {
    FileSystem fs = path.getFileSystem(hadoop);
    byte[] head;
    try (FSDataInputStream in = fs.open(path)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    try {
      return ImageSize.of(head);
    } catch (MalformedImageException e) {
      if (head.length < HEAD_BYTES) {
        throw e;
      }
      return ImageSize.of(HadoopBytes.read(fs, path));
    }
  }
}
