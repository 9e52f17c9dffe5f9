package org.deeplabspark.image;

import java.time.Duration;

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

  /** The largest limit, in millions of pixels: three bytes a pixel must fit one array. */
  public static final double MOST_MEGAPIXELS = 700;

  /** The default limit, in millions of pixels. */
  public static final double DEFAULT_MAX_MEGAPIXELS = 100;

  /**
   * The default limit on the time that one image takes; a sound one of 100 megapixels takes 10 s.
   */
  public static final Duration DEFAULT_MAX_TIME = Duration.ofMinutes(5);

  private final SizeLimit limit;
  private final Duration maxTime;

  /** A decoder with a limit on the size and the default limit on the time. */
  public ImageDecoder(double maxMegapixels) {
    this(maxMegapixels, DEFAULT_MAX_TIME);
  }

  /**
   * A decoder with limits.
   *
   * @param maxMegapixels largest width times height in millions, above 0 and at most 700; a header
   *     that claims more is refused before any pixel is decoded
   * @param maxTime longest that decoding one image may take, above 0; a file of a few megabytes can
   *     be made to take hours
   * @throws IllegalArgumentException if a limit is out of range
   */
  public ImageDecoder(double maxMegapixels, Duration maxTime) {
    if (maxTime.isNegative() || maxTime.isZero()) {
      throw new IllegalArgumentException("Invalid maxTime: must be above 0, got " + maxTime);
    }
    this.limit = new SizeLimit(maxMegapixels);
    this.maxTime = maxTime;
  }

  /**
   * Decodes one file.
   *
   * @param content the whole file; its format is found by its first bytes
   * @throws MalformedImageException if the content is no complete image of a supported format, or
   *     decoding it takes too long
   */
  public RgbImage decode(byte[] content) throws MalformedImageException {
    ImageFormat format = ImageFormat.of(content);
    Deadline deadline = Deadline.in(maxTime);
    return switch (format) {
      case JPEG -> JpegPhoto.decode(content, limit, deadline);
      case PNG -> PngPhoto.decode(content, limit, deadline);
      case BMP -> RasterPhoto.of(ImageReaders.bmp(content, limit, deadline), deadline);
      case TIFF -> RasterPhoto.of(ImageReaders.tiff(content, limit, deadline), deadline);
      case BIG_TIFF, GIF, WEBP, HEIF, JPEG_2000, PDF -> throw format.unsupported();
    };
  }
}
