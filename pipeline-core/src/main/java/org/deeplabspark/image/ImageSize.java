package org.deeplabspark.image;

/**
 * Columns and rows of an image, by its header.
 *
 * @param width columns
 * @param height rows
 */
public record ImageSize(int width, int height) {

  private static final SizeLimit ANY = new SizeLimit(700);

  private static final int PNG_HEADER = 16;
  private static final int BMP_WIDTH = 18;

  /**
   * Reads a header, which stands anywhere in a TIFF.
   *
   * @param content a file, or its beginning
   * @throws MalformedImageException {@code truncated} if more of the file is needed; others as
   *     {@link ImageDecoder}
   */
  public static ImageSize of(byte[] content) throws MalformedImageException {
    ImageFormat format = ImageFormat.of(content);
    return switch (format) {
      case JPEG -> {
        JpegHeader header = JpegHeader.read(content, ANY);
        yield new ImageSize(header.width(), header.height());
      }
      case PNG -> {
        require(content, PNG_HEADER + 13);
        PngHeader header = PngHeader.read(content, PNG_HEADER, ANY);
        yield new ImageSize(header.width(), header.height());
      }
      case BMP -> {
        require(content, BMP_WIDTH + 8);
        // The height is negative where rows are stored from the top.
        yield new ImageSize(
            littleEndian(content, BMP_WIDTH), Math.abs(littleEndian(content, BMP_WIDTH + 4)));
      }
      case TIFF -> TiffHeader.size(content);
      case BIG_TIFF, GIF, WEBP, HEIF, JPEG_2000, PDF -> throw format.unsupported();
    };
  }

  private static void require(byte[] content, int bytes) throws MalformedImageException {
    if (content.length < bytes) {
      throw new MalformedImageException("truncated", "The image ends within its header");
    }
  }

  private static int littleEndian(byte[] content, int at) {
    return Integer.reverseBytes(PngChunks.int32(content, at));
  }
}
