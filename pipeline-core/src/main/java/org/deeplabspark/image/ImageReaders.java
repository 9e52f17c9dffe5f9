package org.deeplabspark.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * ImageIO's readers, named one by one: the service scan of {@code ImageIO} depends on a thread's
 * class loader, and inside Spark or a merged jar it finds other readers or none.
 *
 * <p>Whatever a reader throws on damaged content becomes a {@link MalformedImageException}, and so
 * does a warning that says that pixels were invented.
 */
final class ImageReaders {

  private static final String JDK_BMP = "com.sun.imageio.plugins.bmp.BMPImageReaderSpi";

  private static final int BMP_HEADER_BYTES = 14;
  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;

  /** Readers quote whole arrays. */
  private static final int LONGEST_MESSAGE = 150;

  private static final ImageReaderSpi JPEG = register(new JPEGImageReaderSpi());
  private static final ImageReaderSpi TIFF = register(new TIFFImageReaderSpi());
  private static final ImageReaderSpi BMP = registered(JDK_BMP);

  private ImageReaders() {}

  /** Registered, the JPEG reader finds the JDK's, and the TIFF reader finds the JPEG one. */
  private static ImageReaderSpi register(ImageReaderSpi spi) {
    IIORegistry.getDefaultInstance().registerServiceProvider(spi, ImageReaderSpi.class);
    return spi;
  }

  private static ImageReaderSpi registered(String className) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi spi = all.next();
      if (spi.getClass().getName().equals(className)) {
        return spi;
      }
    }
    throw new IllegalStateException("This JDK has no " + className);
  }

  /** The components of a JPEG as they are stored, without any conversion of colours. */
  static Raster jpegComponents(byte[] content, JpegHeader header, Deadline deadline)
      throws MalformedImageException {
    ReadWarnings warnings = new ReadWarnings("JPEG", zeros -> header.endsInZeros(content, zeros));
    return read(
        JPEG,
        "JPEG",
        new TimedStream(header.withKnownSpectrum(content), deadline),
        warnings,
        deadline,
        reader -> {
          if (header.coding() != JpegHeader.Coding.LOSSLESS) {
            reader.getStreamMetadata(); // makes libjpeg read all that stands before the pixels
          }
          warnings.pixelsBegin();
          return reader.readRaster(0, null);
        });
  }

  /** The first page of a TIFF. */
  static BufferedImage tiff(byte[] content, SizeLimit limit, Deadline deadline)
      throws MalformedImageException {
    TiffHeader.requireShallow(content, deadline);
    TiffHeader.requireSmall(content, limit, deadline);
    return image(TIFF, "TIFF", content, limit, deadline);
  }

  /** A Windows bitmap. */
  static BufferedImage bmp(byte[] content, SizeLimit limit, Deadline deadline)
      throws MalformedImageException {
    boolean named = content.length > BMP_COMPRESSION && content[BMP_HEADER_BYTES] >= 40;
    if (named && (content[BMP_COMPRESSION] == BMP_JPEG || content[BMP_COMPRESSION] == BMP_PNG)) {
      // The limits were held to the outer header, and the reader would believe the inner one.
      throw new MalformedImageException(
          "unsupported-format", "BMP that holds a JPEG or PNG is not supported: save that as such");
    }
    return image(BMP, "BMP", content, limit, deadline);
  }

  private static BufferedImage image(
      ImageReaderSpi spi, String format, byte[] content, SizeLimit limit, Deadline deadline)
      throws MalformedImageException {
    ReadWarnings warnings = new ReadWarnings(format, zeros -> false);
    return read(
        spi,
        format,
        new TimedStream(content, deadline),
        warnings,
        deadline,
        reader -> {
          limit.check(reader.getWidth(0), reader.getHeight(0));
          warnings.pixelsBegin();
          return reader.read(0, new ImageReadParam());
        });
  }

  private interface Read<T> {
    T from(ImageReader reader) throws IOException, MalformedImageException;
  }

  private static <T> T read(
      ImageReaderSpi spi,
      String format,
      TimedStream content,
      ReadWarnings warnings,
      Deadline deadline,
      Read<T> read)
      throws MalformedImageException {
    ImageReader reader = null;
    try (TimedStream stream = content) {
      reader = spi.createReaderInstance(null);
      reader.addIIOReadWarningListener(warnings);
      reader.addIIOReadUpdateListener(new StopsInTime(deadline));
      reader.setInput(stream, true, true);
      T result = read.from(reader);
      if (warnings.ofDamage()) {
        throw warnings.failure();
      }
      deadline.check();
      return result;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Readers meet damaged content with any of these; which one says little to a user.
      throw failure(format, warnings, deadline, e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static MalformedImageException failure(
      String format, ReadWarnings warnings, Deadline deadline, Throwable e) {
    if (warnings.ofDamage()) {
      return warnings.failure();
    } else if (deadline.passed()) {
      return deadline.tooSlow(e);
    } else if (e instanceof EOFException) {
      return new MalformedImageException("truncated", format + " ends before its pixels do", e);
    }
    String why =
        e instanceof IOException
            ? oneLine(e.getMessage())
            : "the reader met " + oneLine(e.toString());
    return new MalformedImageException("corrupt", format + " cannot be decoded: " + why, e);
  }

  static String oneLine(String text) {
    String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "..." : line;
  }
}
