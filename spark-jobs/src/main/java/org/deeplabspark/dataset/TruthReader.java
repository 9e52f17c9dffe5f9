package org.deeplabspark.dataset;

import java.io.Serializable;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;

/**
 * Label images of a data set to masks of its class numbers, {@link LabelMask#VOID} where a pixel
 * counts nowhere. Immutable.
 */
public final class TruthReader implements Serializable {

  private static final long serialVersionUID = 1L;

  private final LabelReader reader;
  private final IdLookup lookup;
  private final String dataset;

  /** A reader of a layout's files. */
  public TruthReader(LabelLayout layout) {
    this.reader = new LabelReader(layout);
    this.lookup = layout.lookup();
    this.dataset = layout.name();
  }

  /**
   * Reads one label image.
   *
   * @param content the file
   * @param segments of a panoptic image as {@link PanopticSegments} has them; else ignored
   * @throws MalformedImageException if the file cannot be decoded, is coded otherwise, or has a
   *     label that is neither a class nor void
   */
  public LabelMask read(byte[] content, int[] segments) throws MalformedImageException {
    LabelMask mask = reader.read(content, segments);
    for (int i = 0; i < mask.pixels(); i++) {
      if (lookup.classOf(mask.label(i)) == IdLookup.UNKNOWN) {
        throw new MalformedImageException(
            "unknown-label",
            String.format(
                "the id %d (column %d, row %d) is neither a class nor void of the data set %s",
                mask.label(i), i % mask.width(), i / mask.width(), dataset));
      }
    }
    return lookup.apply(mask);
  }
}
