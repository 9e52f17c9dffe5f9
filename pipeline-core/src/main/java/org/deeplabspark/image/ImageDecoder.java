package org.deeplabspark.image;

/**
 * Photographs to RGB: JPEG (grey, YCbCr, RGB, CMYK, YCCK), PNG (every kind), BMP, TIFF (first
 * page).
 *
 * <p>The pixels are those that are stored: no EXIF rotation, since ground truth belongs to the
 * stored grid; alpha is dropped, not composited; embedded colour profiles are not applied; 16-bit
 * samples are scaled to 8. An image is decoded wholly or not at all: a cut or damaged file is an
 * error, never grey pixels. Nothing is written to disk. Immutable and thread-safe.
 */
public final class ImageDecoder {

  /** The default limit, in millions of pixels. */
  public static final double DEFAULT_MAX_MEGAPIXELS = 100;

  private final SizeLimit limit;

  /**
   * A decoder with a limit on the size.
   *
   * @param maxMegapixels largest width times height in millions, above 0 and at most 700; a header
   *     that claims more is refused before any pixel is decoded
   * @throws IllegalArgumentException if the limit is out of range
   */
  public ImageDecoder(double maxMegapixels) {
    this.limit = new SizeLimit(maxMegapixels);
  }

  /**
   * Decodes one file.
   *
   * @param content the whole file; its format is found by its first bytes
   * @throws MalformedImageException if the content is no complete image of a supported format
   */
  public RgbImage decode(byte[] content) throws MalformedImageException {
    ImageFormat format = ImageFormat.of(content);
    return switch (format) {
      case JPEG -> JpegPhoto.decode(content, limit);
      case PNG -> PngPhoto.decode(content, limit);
      case BMP -> RasterPhoto.of(ImageReaders.bmp(content, limit));
      case TIFF -> RasterPhoto.of(ImageReaders.tiff(content, limit));
      case GIF, WEBP, HEIF, JPEG_2000, PDF ->
          throw new MalformedImageException(
              "unsupported-format",
              format.label() + " is not supported: convert it to JPEG, PNG, BMP or TIFF");
    };
  }
}
