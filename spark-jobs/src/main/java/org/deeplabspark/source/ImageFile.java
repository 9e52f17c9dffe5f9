package org.deeplabspark.source;

import java.io.Serializable;
import java.time.Instant;

/**
 * One image as the listing saw it.
 *
 * @param imageId path below the input root without its extension
 * @param path fully qualified, as Hadoop writes it: nothing in it is escaped
 * @param modificationTime null where nobody looked
 * @param length bytes; null where nobody looked
 */
public record ImageFile(String imageId, String path, Instant modificationTime, Long length)
    implements Serializable {

  /** The same file under another id. */
  public ImageFile withImageId(String id) {
    return new ImageFile(id, path, modificationTime, length);
  }
}
