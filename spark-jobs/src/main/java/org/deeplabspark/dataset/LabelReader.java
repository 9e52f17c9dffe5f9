package org.deeplabspark.dataset;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;

/**
 * Label images of one layout to masks whose labels {@link LabelLayout#lookup} explains: the files'
 * ids where they hold ids, else class numbers. Immutable.
 */
public final class LabelReader implements Serializable {

  private static final long serialVersionUID = 1L;

  private final LabelLayout layout;
  private final Map<Integer, Integer> classByColor = new HashMap<>();

  /** A reader of a layout's files. */
  public LabelReader(LabelLayout layout) {
    this.layout = layout;
    for (int classId = 0; classId < layout.classes().size(); classId++) {
      int rgb = Integer.parseInt(layout.classes().get(classId).color().substring(1), 16);
      classByColor.put(rgb, classId);
    }
    layout.voidIds().forEach(rgb -> classByColor.put(rgb, IdLookup.NO_CLASS));
  }

  /**
   * Reads one label image.
   *
   * @param content the file
   * @param segments of a panoptic image: number, class, number, class, ...; else ignored
   * @throws MalformedImageException if the file cannot be decoded or is coded otherwise; the
   *     message says what to do
   */
  public LabelMask read(byte[] content, int[] segments) throws MalformedImageException {
    return switch (layout.coding()) {
      case IDS -> PngMaskCodec.decode(content);
      case RGB -> byColor(colors(content));
      case PANOPTIC -> bySegment(colors(content), segments);
    };
  }

  private static RgbImage colors(byte[] content) throws MalformedImageException {
    return new ImageDecoder(ImageDecoder.DEFAULT_MAX_MEGAPIXELS).decode(content);
  }

  private LabelMask byColor(RgbImage image) throws MalformedImageException {
    byte[] labels = new byte[image.width() * image.height()];
    int last = -1;
    int lastClass = 0;
    for (int i = 0; i < labels.length; i++) {
      int rgb = rgb(image, i);
      if (rgb != last) {
        Integer classId = classByColor.get(rgb);
        if (classId == null) {
          throw unknown(
              image, i, String.format("colour #%06x is no class of %s", rgb, layout.name()));
        }
        last = rgb;
        lastClass = classId;
      }
      labels[i] = (byte) lastClass;
    }
    return new LabelMask(image.width(), image.height(), labels);
  }

  private LabelMask bySegment(RgbImage image, int[] segments) throws MalformedImageException {
    byte[] labels = new byte[image.width() * image.height()];
    int last = -1;
    int lastClass = 0;
    for (int i = 0; i < labels.length; i++) {
      int rgb = rgb(image, i);
      if (rgb != last) {
        int segment = (rgb & 0xff) << 16 | (rgb & 0xff00) | rgb >> 16;
        lastClass = segment == 0 ? IdLookup.NO_CLASS : classOf(segment, segments);
        if (lastClass < 0) {
          throw unknown(image, i, "segment " + segment + " does not stand in the panoptic JSON");
        }
        last = rgb;
      }
      labels[i] = (byte) lastClass;
    }
    return new LabelMask(image.width(), image.height(), labels);
  }

  private static int classOf(int segment, int[] segments) {
    for (int i = 0; i < segments.length; i += 2) {
      if (segments[i] == segment) {
        return segments[i + 1];
      }
    }
    return IdLookup.UNKNOWN;
  }

  private static int rgb(RgbImage image, int pixel) {
    byte[] samples = image.rgb();
    return (samples[3 * pixel] & 0xff) << 16
        | (samples[3 * pixel + 1] & 0xff) << 8
        | (samples[3 * pixel + 2] & 0xff);
  }

  private static MalformedImageException unknown(RgbImage image, int pixel, String what) {
    return new MalformedImageException(
        "unknown-label",
        String.format(
            "%s (column %d, row %d); label images must not be scaled with smoothing",
            what, pixel % image.width(), pixel / image.width()));
  }
}
