package org.deeplabspark.image;

/** PNG of any kind to RGB. Alpha is dropped, as Pillow's {@code convert("RGB")} does. */
final class PngPhoto {

  private final PngChunks png;
  private final byte[] rgb;

  private PngPhoto(PngChunks png) {
    this.png = png;
    this.rgb = new byte[3 * png.header().width() * png.header().height()];
  }

  static RgbImage decode(byte[] content, SizeLimit limit, Deadline deadline)
      throws MalformedImageException {
    PngPhoto photo = new PngPhoto(PngChunks.read(content, limit));
    PngHeader header = photo.png.header();
    PngRows.read(
        photo.png,
        switch (header.colorType()) {
          case INDEXED -> photo::indexed;
          case GREY, GREY_ALPHA -> photo::grey;
          case RGB, RGB_ALPHA -> photo::color;
        },
        deadline);
    return new RgbImage(header.width(), header.height(), photo.rgb);
  }

  private void indexed(byte[] packed, int pixels, int y, int x, int step)
      throws MalformedImageException {
    int depth = png.header().bitDepth();
    byte[] palette = png.palette();
    int target = offset(y, x);
    for (int i = 0; i < pixels; i++, target += 3 * step) {
      int entry = 3 * PngMaskCodec.sample(packed, i, depth);
      if (entry >= palette.length) {
        throw new MalformedImageException("corrupt", "PNG pixel beyond its palette");
      }
      System.arraycopy(palette, entry, rgb, target, 3);
    }
  }

  private void grey(byte[] packed, int pixels, int y, int x, int step) {
    int depth = png.header().bitDepth();
    int channels = png.header().colorType().channels;
    int target = offset(y, x);
    for (int i = 0; i < pixels; i++, target += 3 * step) {
      byte value =
          depth < 8
              ? (byte) (PngMaskCodec.sample(packed, i, depth) * 255 / ((1 << depth) - 1))
              : sample8(packed, i * channels, depth);
      rgb[target] = value;
      rgb[target + 1] = value;
      rgb[target + 2] = value;
    }
  }

  private void color(byte[] packed, int pixels, int y, int x, int step) {
    int depth = png.header().bitDepth();
    int channels = png.header().colorType().channels;
    int target = offset(y, x);
    if (depth == 8 && channels == 3 && step == 1) {
      System.arraycopy(packed, 0, rgb, target, 3 * pixels);
      return;
    }
    for (int i = 0; i < pixels; i++, target += 3 * step) {
      for (int c = 0; c < 3; c++) {
        rgb[target + c] = sample8(packed, i * channels + c, depth);
      }
    }
  }

  private int offset(int y, int x) {
    return 3 * (y * png.header().width() + x);
  }

  /** A sample of 8 bits, or one of 16 scaled by 255 / 65535 and rounded. */
  private static byte sample8(byte[] packed, int index, int depth) {
    if (depth == 8) {
      return packed[index];
    }
    int value = (packed[2 * index] & 0xff) << 8 | (packed[2 * index + 1] & 0xff);
    return (byte) ((value * 255 + 32895) >> 16);
  }
}
