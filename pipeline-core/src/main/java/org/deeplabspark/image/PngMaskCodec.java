package org.deeplabspark.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/**
 * Label masks as PNG with a palette: the pixel is the class id, the palette only shows it.
 *
 * <p>Read as RGB or as luminance such a mask is nonsense, so anything that would have to be guessed
 * from colours is refused.
 */
public final class PngMaskCodec {

  /** Masks are read under the same default limit as photographs. */
  private static final SizeLimit LIMIT = new SizeLimit(ImageDecoder.DEFAULT_MAX_MEGAPIXELS);

  private PngMaskCodec() {}

  /**
   * An 8-bit palette PNG.
   *
   * <p>The same mask and palette give the same bytes on every machine whose JDK has the same zlib.
   *
   * @param palette all 256 entries are written
   */
  public static byte[] encode(LabelMask mask, Palette palette) {
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(mask.width()).putInt(mask.height()).put(new byte[] {8, 3, 0, 0, 0});
    ByteBuffer colors = ByteBuffer.allocate(3 * 256);
    for (int id = 0; id < 256; id++) {
      int rgb = palette.rgb(id);
      colors.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream(mask.pixels() / 32 + 1024);
    png.writeBytes(PngChunks.SIGNATURE);
    writeChunk(png, "IHDR", header.array());
    writeChunk(png, "PLTE", colors.array());
    writeChunk(png, "IDAT", deflate(mask));
    writeChunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static byte[] deflate(LabelMask mask) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION);
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(mask.pixels() / 32 + 256);
      byte[] buffer = new byte[8192];
      byte[] row = new byte[mask.width() + 1]; // its first byte says: not filtered
      for (int y = 0; y < mask.height(); y++) {
        System.arraycopy(mask.labels(), y * mask.width(), row, 1, mask.width());
        deflater.setInput(row);
        while (!deflater.needsInput()) {
          out.write(buffer, 0, deflater.deflate(buffer));
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void writeChunk(ByteArrayOutputStream png, String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(data.length + 12);
    chunk.putInt(data.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(data);
    chunk.putInt(PngChunks.crc(chunk.array(), 4, data.length + 4));
    png.writeBytes(chunk.array());
  }

  /**
   * The palette indexes of a 1, 2, 4 or 8-bit palette PNG, or the sample values of a grey one of at
   * most 8 bits.
   *
   * @throws MalformedImageException {@code not-indexed} for colours, alpha or 16 bits; {@code
   *     not-an-image}, {@code truncated}, {@code corrupt}, {@code too-large} (over 100 megapixels)
   *     otherwise
   */
  public static LabelMask decode(byte[] content) throws MalformedImageException {
    ImageFormat format = ImageFormat.of(content);
    if (format != ImageFormat.PNG) {
      throw new MalformedImageException(
          "not-indexed", "A label mask must be a palette or grey PNG, this is " + format.label());
    }
    PngChunks png = PngChunks.read(content, LIMIT);
    PngHeader header = png.header();
    PngHeader.ColorType type = header.colorType();
    if (header.bitDepth() > 8
        || (type != PngHeader.ColorType.INDEXED && type != PngHeader.ColorType.GREY)) {
      throw new MalformedImageException(
          "not-indexed",
          String.format(
              "A label mask must hold class ids: this PNG is %s of %d bits; save it as a palette PNG"
                  + " or as 8-bit grey whose values are the ids",
              type.label, header.bitDepth()));
    }
    byte[] labels = new byte[header.width() * header.height()];
    PngRows.read(
        png,
        (packed, pixels, y, x, step) -> {
          int target = y * header.width() + x;
          if (header.bitDepth() == 8 && step == 1) {
            System.arraycopy(packed, 0, labels, target, pixels);
            return;
          }
          for (int i = 0; i < pixels; i++, target += step) {
            labels[target] = (byte) sample(packed, i, header.bitDepth());
          }
        },
        Deadline.in(ImageDecoder.DEFAULT_MAX_TIME));
    return new LabelMask(header.width(), header.height(), labels);
  }

  /** One sample of a row that has one a pixel, of 1, 2, 4 or 8 bits, high bits first. */
  static int sample(byte[] packed, int pixel, int depth) {
    if (depth == 8) {
      return packed[pixel] & 0xff;
    }
    int bit = pixel * depth;
    return (packed[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  }
}
