package org.deeplabspark.dataset;

import java.io.Serializable;
import java.util.stream.IntStream;
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
    this(new LabelReader(layout), layout.lookup(), " of " + layout.title());
  }

  private TruthReader(LabelReader reader, IdLookup lookup, String dataset) {
    this.reader = reader;
    this.lookup = lookup;
    this.dataset = dataset;
  }

  /**
   * A reader of palette or 8-bit grey PNGs whose ids are the classes.
   *
   * @param classes that may occur, from 0 on; 0: any
   * @param voidLabel id that counts nowhere, even if it is a class's; -1: none
   */
  static TruthReader ofIds(int classes, int voidLabel) {
    int most = classes == 0 ? LabelMask.VOID : classes;
    LabelLayout plain =
        LabelLayout.plain(IntStream.range(0, most).mapToObj(Integer::toString).toList());
    IdLookup lookup = plain.lookup();
    return new TruthReader(
        new LabelReader(plain),
        voidLabel < 0 ? lookup : lookup.with(voidLabel, IdLookup.VOID),
        "; --void names an id to leave out");
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
                "the id %d (column %d, row %d) is neither a class nor void%s",
                mask.label(i), i % mask.width(), i / mask.width(), dataset));
      }
    }
    return lookup.apply(mask);
  }
}
