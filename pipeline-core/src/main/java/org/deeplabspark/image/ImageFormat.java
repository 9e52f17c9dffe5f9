package org.deeplabspark.image;

import java.nio.charset.StandardCharsets;

/** What a file is by its first bytes; its name is never trusted. */
enum ImageFormat {
  JPEG("JPEG"),
  PNG("PNG"),
  BMP("BMP"),
  TIFF("TIFF"),
  BIG_TIFF("BigTIFF"),
  GIF("GIF"),
  WEBP("WebP"),
  HEIF("HEIF or AVIF"),
  JPEG_2000("JPEG 2000"),
  PDF("PDF");

  private final String label;

  ImageFormat(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** What is thrown where this format is not decoded. */
  MalformedImageException unsupported() {
    return new MalformedImageException(
        "unsupported-format", label + " is not supported: convert it to JPEG, PNG, BMP or TIFF");
  }

  static ImageFormat of(byte[] content) throws MalformedImageException {
    if (content.length == 0) {
      throw new MalformedImageException("empty-file", "The file is empty");
    }
    String start =
        new String(content, 0, Math.min(content.length, 16), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    } else if (start.startsWith("BM")) {
      return BMP;
    } else if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
      return TIFF;
    } else if (start.startsWith("II+\0") || start.startsWith("MM\0+")) {
      return BIG_TIFF;
    } else if (start.startsWith("GIF8")) {
      return GIF;
    } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return WEBP;
    } else if (start.startsWith("ftyp", 4)) {
      return HEIF;
    } else if (start.startsWith("jP  ", 4)) {
      return JPEG_2000;
    } else if (start.startsWith("%PDF")) {
      return PDF;
    }
    throw new MalformedImageException(
        "not-an-image", "The file does not begin like any image format that is known");
  }
}
