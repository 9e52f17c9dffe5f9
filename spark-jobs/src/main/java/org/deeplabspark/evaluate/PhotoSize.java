package org.deeplabspark.evaluate;

import java.io.Serializable;
import org.deeplabspark.image.ImageSize;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

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

  /**
   * The size of a photograph.
   *
   * @param stored whether a row carries the content, null where there is none
   */
  static PhotoSize of(InputFiles files, String path, boolean stored, byte[] content) {
    if (stored && content == null) {
      return new PhotoSize(path, 0, 0, "the row has no content");
    }
    return ImageAttempts.WITHOUT_JOURNAL.result(
        path,
        Stage.DECODE,
        () -> {
          ImageSize size = stored ? ImageSize.of(content) : read(files, path);
          return new PhotoSize(path, size.width(), size.height(), null);
        },
        () -> {},
        failure -> new PhotoSize(path, 0, 0, failure.message()));
  }

  private static ImageSize read(InputFiles files, String path)
      throws ReadFailure, MalformedImageException {
    byte[] head = files.head(path, HEAD_BYTES);
    try {
      return ImageSize.of(head);
    } catch (MalformedImageException e) {
      if (head.length < HEAD_BYTES) {
        throw e;
      }
      return ImageSize.of(files.read(path).bytes());
    }
  }
}
