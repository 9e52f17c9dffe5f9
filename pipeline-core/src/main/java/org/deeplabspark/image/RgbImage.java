package org.deeplabspark.image;

/** An sRGB photograph, interleaved bytes [height][width][3] in the stored orientation. */
public final class RgbImage {

  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * Wraps an array and takes ownership of it.
   *
   * @param width columns, at least 1
   * @param height rows, at least 1
   * @param rgb unsigned bytes [height][width][3]
   * @throws IllegalArgumentException if a size is below 1 or the array's length does not fit
   */
  public RgbImage(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          String.format("Invalid image: %d x %d with %d bytes of RGB", width, height, rgb.length));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Number of pixels: width times height. */
  public int pixels() {
    return width * height;
  }

  /** Live view of the unsigned bytes [height][width][3]. */
  public byte[] rgb() {
    return rgb;
  }
}
