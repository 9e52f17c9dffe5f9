package org.deeplabspark.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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
  static Raster jpegComponents(byte[] content) throws MalformedImageException {
    return read(JPEG, "JPEG", content, null, reader -> reader.readRaster(0, null));
  }

  /** The first page of a TIFF. */
  static BufferedImage tiff(byte[] content, SizeLimit limit) throws MalformedImageException {
    return read(TIFF, "TIFF", content, limit, reader -> reader.read(0));
  }

  /** A Windows bitmap. */
  static BufferedImage bmp(byte[] content, SizeLimit limit) throws MalformedImageException {
    return read(BMP, "BMP", content, limit, reader -> reader.read(0, new ImageReadParam()));
  }

  private interface Read<T> {
    T from(ImageReader reader) throws IOException;
  }

  private static <T> T read(
      ImageReaderSpi spi, String format, byte[] content, SizeLimit limit, Read<T> read)
      throws MalformedImageException {
    ImageReader reader = null;
    try (ByteArrayImageInputStream stream = new ByteArrayImageInputStream(content)) {
      reader = spi.createReaderInstance(null);
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(stream, true, true);
      if (limit != null) {
        limit.check(reader.getWidth(0), reader.getHeight(0));
      }
      T result = read.from(reader);
      for (String warning : warnings) {
        refuseInventedPixels(format, warning);
      }
      return result;
    } catch (EOFException e) {
      throw new MalformedImageException("truncated", format + " ends before its pixels do", e);
    } catch (IOException e) {
      throw new MalformedImageException(
          "corrupt", format + " cannot be decoded: " + oneLine(e.getMessage()), e);
    } catch (RuntimeException e) {
      // Readers meet damaged content with any of these; which one says little to a user.
      throw new MalformedImageException(
          "corrupt", format + " cannot be decoded: the reader met " + oneLine(e.toString()), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static void refuseInventedPixels(String format, String warning)
      throws MalformedImageException {
    String text = warning.toLowerCase(Locale.ROOT);
    if (text.contains("premature end") || text.contains("truncat") || text.contains("eof")) {
      throw new MalformedImageException(
          "truncated", format + " ends before its pixels do: " + oneLine(warning));
    }
    // libjpeg's other warnings of this kind fill blocks with grey; extraneous bytes harm nothing.
    if (text.contains("corrupt") && !text.contains("extraneous")) {
      throw new MalformedImageException(
          "corrupt", format + " pixels are damaged: " + oneLine(warning));
    }
  }

  private static String oneLine(String text) {
    String line = String.valueOf(text).replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "..." : line;
  }
}
