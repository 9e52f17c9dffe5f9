package org.deeplabspark.image;

/**
 * The largest image that is decoded. A header of a few bytes can claim gigabytes of pixels, so it
 * is asked before any of them is decoded.
 */
record SizeLimit(double maxMegapixels) {

  /** Code of what is thrown. */
  static final String TOO_LARGE = "too-large";

  SizeLimit {
    if (!(maxMegapixels > 0 && maxMegapixels <= ImageDecoder.MOST_MEGAPIXELS)) {
      throw new IllegalArgumentException(
          "Invalid maxMegapixels: must be above 0 and at most 700, got " + maxMegapixels);
    }
  }

  void check(long width, long height) throws MalformedImageException {
    if (width < 1 || height < 1) {
      throw new MalformedImageException(
          "corrupt", String.format("The header claims %d x %d pixels", width, height));
    }
    // As a product of doubles: two 32-bit sizes overflow no exponent.
    if ((double) width * height > maxMegapixels * 1e6) {
      throw new MalformedImageException(
          TOO_LARGE,
          String.format(
              "The header claims %d x %d pixels, the limit is %s megapixels",
              width, height, maxMegapixels));
    }
  }
}
