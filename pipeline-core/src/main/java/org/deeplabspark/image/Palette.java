package org.deeplabspark.image;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A colour for each of the 256 class ids. Immutable.
 *
 * <p>Colours are for the eye only: class ids are stored as palette indexes and never found by
 * colour.
 */
public final class Palette {

  private static final Pattern HEX = Pattern.compile("#[0-9a-fA-F]{6}");
  private static final int SIZE = 256;

  private final int[] rgb;

  private Palette(int[] rgb) {
    this.rgb = rgb;
  }

  /**
   * The colours of PASCAL VOC: bits 0, 3, 6 of an id are the high bits of red, 1, 4, 7 of green, 2,
   * 5 of blue, as VOClabelcolormap of the <a
   * href="http://host.robots.ox.ac.uk/pascal/VOC/voc2012/">devkit</a> has it. Id 255, void, is
   * (224, 224, 192).
   */
  public static Palette voc() {
    int[] rgb = new int[SIZE];
    for (int id = 0; id < SIZE; id++) {
      int red = 0;
      int green = 0;
      int blue = 0;
      int bits = id;
      for (int shift = 7; shift >= 0; shift--, bits >>= 3) {
        red |= (bits & 1) << shift;
        green |= ((bits >> 1) & 1) << shift;
        blue |= ((bits >> 2) & 1) << shift;
      }
      rgb[id] = red << 16 | green << 8 | blue;
    }
    return new Palette(rgb);
  }

  /**
   * The given colours for ids 0, 1, ...; VOC's for the ids after them.
   *
   * @param hexColors at most 256, each like {@code #80ff00}
   * @throws IllegalArgumentException if a colour is written otherwise or there are too many
   */
  public static Palette of(List<String> hexColors) {
    if (hexColors.size() > SIZE) {
      throw new IllegalArgumentException(
          "Invalid palette: at most 256 colours, got " + hexColors.size());
    }
    Palette palette = voc();
    for (int id = 0; id < hexColors.size(); id++) {
      if (!HEX.matcher(hexColors.get(id)).matches()) {
        throw new IllegalArgumentException(
            "Invalid colour: must be like #80ff00, got " + hexColors.get(id));
      }
      palette.rgb[id] = Integer.parseInt(hexColors.get(id).substring(1), 16);
    }
    return palette;
  }

  /**
   * Colour of a class id as 0xRRGGBB.
   *
   * @param classId 0 to 255
   */
  public int rgb(int classId) {
    return rgb[classId];
  }
}
