package org.deeplabspark.image;

import java.nio.charset.StandardCharsets;

/**
 * What a JPEG's markers before its first scan say: size and colour model.
 *
 * @param adobe whether an Adobe marker is there; its four-component files store inverted ink
 * @param coding how the scans hold the samples
 * @param spectrum where the first scan says which coefficients it holds: three bytes
 */
record JpegHeader(
    int width, int height, Colors colors, boolean adobe, Coding coding, int spectrum) {

  /** How scans hold samples. */
  enum Coding {
    /** Each has all coefficients of its components. */
    SEQUENTIAL,
    /** Each has some coefficients, or some of their bits. */
    PROGRESSIVE,
    /** Differences of samples; no coefficients. */
    LOSSLESS
  }

  /** How components make a colour, by libjpeg's rules. */
  enum Colors {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  /** Readers keep all of them; a profile and extended metadata take some hundred. */
  private static final int MOST_SEGMENTS = 10_000;

  private static final int SOF2 = 0xc2;
  private static final int SOF3 = 0xc3;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;

  /** Walks the markers up to the first scan. */
  static JpegHeader read(byte[] content, SizeLimit limit) throws MalformedImageException {
    return read(content, 0, limit);
  }

  /** Walks the markers of a JPEG that begins within a file. */
  static JpegHeader read(byte[] content, int start, SizeLimit limit)
      throws MalformedImageException {
    int frame = -1;
    Coding coding = Coding.SEQUENTIAL;
    int spectrum = 0;
    boolean jfif = false;
    int adobeTransform = -1;
    int segments = 0;
    for (int at = start + 2; ; ) {
      while (at < content.length && (content[at] & 0xff) != 0xff) {
        at++; // libjpeg, too, skips stray bytes between markers
      }
      while (at < content.length && (content[at] & 0xff) == 0xff) {
        at++;
      }
      if (at + 3 > content.length) {
        throw new MalformedImageException("truncated", "JPEG ends before its pixels");
      }
      int marker = content[at++] & 0xff;
      if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= SOI)) {
        continue;
      }
      if (++segments > MOST_SEGMENTS) {
        throw new MalformedImageException(
            "corrupt", "JPEG has more than " + MOST_SEGMENTS + " markers before its pixels");
      }
      int length = int16(content, at);
      if (marker == EOI || length < 2 || at + length > content.length) {
        throw new MalformedImageException("truncated", "JPEG ends before its pixels");
      }
      if (marker == SOS) {
        if (length < 6 || length != 6 + 2 * (content[at + 2] & 0xff)) {
          throw new MalformedImageException("corrupt", "JPEG scan header is of the wrong length");
        }
        spectrum = at + length - 3;
        break;
      } else if (isFrame(marker)) {
        frame = at + 2;
        coding =
            marker < SOF2
                ? Coding.SEQUENTIAL
                : marker == SOF2 ? Coding.PROGRESSIVE : Coding.LOSSLESS;
        if (length < 8 || length < 8 + 3 * (content[frame + 5] & 0xff)) {
          throw new MalformedImageException("corrupt", "JPEG frame header is too short");
        }
        requireSupported(marker, content[frame] & 0xff);
        limit.check(int16(content, frame + 3), int16(content, frame + 1));
      } else if (marker == APP0 && startsWith(content, at + 2, length - 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && length >= 14 && startsWith(content, at + 2, 12, "Adobe")) {
        adobeTransform = content[at + 13] & 0xff;
      }
      at += length;
    }
    if (frame < 0) {
      throw new MalformedImageException("corrupt", "JPEG scan without a frame header");
    }
    return new JpegHeader(
        int16(content, frame + 3),
        int16(content, frame + 1),
        colors(content, frame, jfif, adobeTransform),
        adobeTransform >= 0,
        coding,
        spectrum);
  }

  /**
   * libjpeg as JDKs have it decodes Huffman codes of 8-bit samples, the reader lossless ones too.
   */
  private static void requireSupported(int marker, int bits) throws MalformedImageException {
    if (marker > SOF3) {
      String coding = marker >= 0xc9 && marker <= 0xcb ? "Arithmetic-coded" : "Hierarchical";
      throw unsupported(coding + " JPEG");
    } else if (bits == 12 || (marker == SOF3 && bits > 8 && bits <= 16)) {
      throw unsupported("JPEG of " + bits + " bits a sample");
    } else if (bits != 8) {
      throw new MalformedImageException("corrupt", "JPEG header claims " + bits + " bits a sample");
    }
  }

  private static MalformedImageException unsupported(String what) {
    return new MalformedImageException(
        "unsupported-format", what + " is not supported: convert it to a JPEG of 8 bits or a PNG");
  }

  /**
   * The file as libjpeg reads it without a warning, after which it would say nothing of damage: the
   * first scan of a sequential JPEG holds all coefficients, whatever some cameras write there.
   */
  byte[] withKnownSpectrum(byte[] content) {
    boolean known =
        content[spectrum] == 0 && content[spectrum + 1] == 63 && content[spectrum + 2] == 0;
    if (coding != Coding.SEQUENTIAL || known) {
      return content;
    }
    byte[] corrected = content.clone();
    corrected[spectrum] = 0;
    corrected[spectrum + 1] = 63;
    corrected[spectrum + 2] = 0;
    return corrected;
  }

  /** Whether so many bytes before the marker that ends the image are zeros. */
  boolean endsInZeros(byte[] content, int bytes) {
    int end = spectrum + 3;
    while (end < content.length - 1
        && !((content[end] & 0xff) == 0xff && (content[end + 1] & 0xff) == EOI)) {
      end++;
    }
    for (int at = end - bytes; at < end; at++) {
      if (at <= spectrum || content[at] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFrame(int marker) {
    // 0xc4, 0xc8 and 0xcc in the midst of the frame markers are tables and an extension.
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static Colors colors(byte[] content, int frame, boolean jfif, int adobeTransform)
      throws MalformedImageException {
    int components = content[frame + 5] & 0xff;
    return switch (components) {
      case 1 -> Colors.GREY;
      case 3 -> {
        boolean namedRgb =
            content[frame + 6] == 'R' && content[frame + 9] == 'G' && content[frame + 12] == 'B';
        yield !jfif && (adobeTransform >= 0 ? adobeTransform == 0 : namedRgb)
            ? Colors.RGB
            : Colors.YCC;
      }
      case 4 -> adobeTransform == 2 ? Colors.YCCK : Colors.CMYK;
      default ->
          throw new MalformedImageException(
              "unsupported-format", "JPEG of " + components + " components");
    };
  }

  private static boolean startsWith(byte[] content, int at, int length, String text) {
    return length >= text.length()
        && new String(content, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
  }

  private static int int16(byte[] content, int at) {
    return (content[at] & 0xff) << 8 | (content[at + 1] & 0xff);
  }
}
