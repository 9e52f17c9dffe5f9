package org.deeplabspark.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG that its pixels need, with checksums verified and the end seen.
 *
 * <p>The JDK's reader fills the rows of a damaged stream with zeros and prints a stack trace; here
 * a file that is cut or damaged is refused before a pixel is decoded.
 *
 * @see <a href="https://www.w3.org/TR/png/">PNG specification</a>
 */
final class PngChunks {

  /** A chunk's data within the file. */
  record Span(int start, int length) {}

  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Length, type and checksum of a chunk. */
  private static final int OVERHEAD = 12;

  private static final int HEADER_LENGTH = 13;

  private final PngHeader header;
  private final byte[] palette;
  private final List<Span> imageData;
  private final byte[] content;

  private PngChunks(PngHeader header, byte[] palette, List<Span> imageData, byte[] content) {
    this.header = header;
    this.palette = palette;
    this.imageData = imageData;
    this.content = content;
  }

  PngHeader header() {
    return header;
  }

  /** RGB triples; null where there are none. */
  byte[] palette() {
    return palette;
  }

  /** Where the compressed pixels lie in {@link #content()}, in order. */
  List<Span> imageData() {
    return imageData;
  }

  /** The whole file. */
  byte[] content() {
    return content;
  }

  static PngChunks read(byte[] content, SizeLimit limit) throws MalformedImageException {
    PngHeader header = null;
    byte[] palette = null;
    List<Span> imageData = new ArrayList<>();
    for (int at = SIGNATURE.length; ; ) {
      if (content.length - at < OVERHEAD) {
        throw truncated(at);
      }
      int length = int32(content, at);
      String type = new String(content, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (header == null && !(type.equals("IHDR") && length == HEADER_LENGTH)) {
        throw new MalformedImageException("corrupt", "PNG does not begin with its header");
      }
      if (length < 0 || length > content.length - at - OVERHEAD) {
        if (header == null || length >= 0) {
          throw truncated(at);
        }
        throw new MalformedImageException("corrupt", "PNG chunk of negative length at byte " + at);
      }
      // Letters in the first place are capitals for chunks that a decoder must understand.
      boolean critical = Character.isUpperCase(type.charAt(0));
      if (critical && crc(content, at + 4, length + 4) != int32(content, at + 8 + length)) {
        throw new MalformedImageException(
            "corrupt", String.format("PNG chunk %s at byte %d is damaged", printable(type), at));
      }
      int data = at + 8;
      switch (type) {
        case "IHDR" -> header = PngHeader.read(content, data, limit);
        case "PLTE" -> palette = Arrays.copyOfRange(content, data, data + length);
        case "IDAT" -> imageData.add(new Span(data, length));
        case "IEND" -> {
          return new PngChunks(header, checked(header, palette), List.copyOf(imageData), content);
        }
        default -> {
          if (critical) {
            throw new MalformedImageException(
                "unsupported-format", "PNG with an unknown chunk " + printable(type));
          }
        }
      }
      at = data + length + 4;
    }
  }

  private static byte[] checked(PngHeader header, byte[] palette) throws MalformedImageException {
    if (header.colorType() == PngHeader.ColorType.INDEXED
        && (palette == null || palette.length == 0 || palette.length % 3 != 0)) {
      throw new MalformedImageException("corrupt", "Indexed PNG without a palette");
    }
    return palette;
  }

  private static MalformedImageException truncated(int at) {
    return new MalformedImageException("truncated", "PNG ends within the chunk at byte " + at);
  }

  private static String printable(String type) {
    return type.replaceAll("[^A-Za-z]", "?");
  }

  static int crc(byte[] content, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(content, from, length);
    return (int) crc.getValue();
  }

  static int int32(byte[] content, int at) {
    return (content[at] & 0xff) << 24
        | (content[at + 1] & 0xff) << 16
        | (content[at + 2] & 0xff) << 8
        | (content[at + 3] & 0xff);
  }
}
