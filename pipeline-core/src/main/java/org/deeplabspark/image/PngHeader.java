package org.deeplabspark.image;

/** The IHDR chunk of a PNG: sizes and how samples are stored. */
record PngHeader(int width, int height, int bitDepth, ColorType colorType, boolean interlaced) {

  /** PNG's colour types; the samples of a pixel are interleaved. */
  enum ColorType {
    GREY(1, "grey"),
    RGB(3, "RGB"),
    INDEXED(1, "indexed"),
    GREY_ALPHA(2, "grey with alpha"),
    RGB_ALPHA(4, "RGB with alpha");

    final int channels;
    final String label;

    ColorType(int channels, String label) {
      this.channels = channels;
      this.label = label;
    }

    static ColorType of(int code) throws MalformedImageException {
      return switch (code) {
        case 0 -> GREY;
        case 2 -> RGB;
        case 3 -> INDEXED;
        case 4 -> GREY_ALPHA;
        case 6 -> RGB_ALPHA;
        default ->
            throw new MalformedImageException("corrupt", "PNG of unknown colour type " + code);
      };
    }

    boolean allows(int bitDepth) {
      return switch (bitDepth) {
        case 1, 2, 4 -> this == GREY || this == INDEXED;
        case 8 -> true;
        case 16 -> this != INDEXED;
        default -> false;
      };
    }
  }

  /**
   * Reads the 13 bytes of an IHDR chunk.
   *
   * @param limit asked first: nothing of the image is allocated before
   */
  static PngHeader read(byte[] content, int at, SizeLimit limit) throws MalformedImageException {
    long width = Integer.toUnsignedLong(PngChunks.int32(content, at));
    long height = Integer.toUnsignedLong(PngChunks.int32(content, at + 4));
    limit.check(width, height);
    int bitDepth = content[at + 8];
    ColorType type = ColorType.of(content[at + 9]);
    int interlace = content[at + 12];
    if (!type.allows(bitDepth)
        || content[at + 10] != 0
        || content[at + 11] != 0
        || interlace < 0
        || interlace > 1) {
      throw new MalformedImageException("corrupt", "PNG header with impossible values");
    }
    return new PngHeader((int) width, (int) height, bitDepth, type, interlace == 1);
  }

  int bitsPerPixel() {
    return bitDepth * colorType.channels;
  }

  /** Bytes of a row of so many pixels, the last one padded. */
  int rowBytes(int pixels) {
    return (int) (((long) pixels * bitsPerPixel() + 7) / 8);
  }
}
