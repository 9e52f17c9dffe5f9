package org.deeplabspark.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;

/**
 * Pictures of a page, all of one size: photographs averaged down, labels picked at the middle of
 * each place. Nothing is enlarged.
 */
final class Thumbnails {

  private static final float JPEG_QUALITY = 0.82f;
  private static final int WRONG = 0xe03131;

  private final int sourceWidth;
  private final int sourceHeight;
  private final int width;
  private final int height;

  /**
   * Pictures of images of one size.
   *
   * @param side longest side of a picture, pixels
   */
  Thumbnails(int sourceWidth, int sourceHeight, int side) {
    this.sourceWidth = sourceWidth;
    this.sourceHeight = sourceHeight;
    double scale = Math.min(1, (double) side / Math.max(sourceWidth, sourceHeight));
    width = (int) Math.max(1, Math.round(sourceWidth * scale));
    height = (int) Math.max(1, Math.round(sourceHeight * scale));
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** A JPEG of a photograph. */
  byte[] photo(RgbImage photo) {
    return jpeg(shrunk(photo));
  }

  /** A palette PNG of a mask. */
  byte[] mask(LabelMask mask, Palette palette) {
    byte[] labels = new byte[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        labels[y * width + x] = (byte) mask.label(source(x, y));
      }
    }
    return PngMaskCodec.encode(new LabelMask(width, height, labels), palette);
  }

  /** A JPEG of the photograph in pale grey with wrong pixels in red; void ones are never wrong. */
  byte[] errors(RgbImage photo, LabelMask truth, LabelMask predicted) {
    int[] pixels = shrunk(photo);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        int rgb = pixels[at];
        int grey = ((rgb >> 16 & 0xff) * 3 + (rgb >> 8 & 0xff) * 6 + (rgb & 0xff)) / 10;
        int pale = 120 + grey / 2;
        int source = source(x, y);
        int label = truth.label(source);
        pixels[at] =
            label != LabelMask.VOID && label != predicted.label(source)
                ? WRONG
                : pale << 16 | pale << 8 | pale;
      }
    }
    return jpeg(pixels);
  }

  private int source(int x, int y) {
    int column = Math.min(sourceWidth - 1, (2 * x + 1) * sourceWidth / (2 * width));
    int row = Math.min(sourceHeight - 1, (2 * y + 1) * sourceHeight / (2 * height));
    return row * sourceWidth + column;
  }

  private int[] shrunk(RgbImage photo) {
    byte[] rgb = photo.rgb();
    int[] pixels = new int[width * height];
    for (int y = 0; y < height; y++) {
      int top = (int) ((long) y * sourceHeight / height);
      int bottom = Math.max(top + 1, (int) ((long) (y + 1) * sourceHeight / height));
      for (int x = 0; x < width; x++) {
        int left = (int) ((long) x * sourceWidth / width);
        int right = Math.max(left + 1, (int) ((long) (x + 1) * sourceWidth / width));
        long red = 0;
        long green = 0;
        long blue = 0;
        for (int v = top; v < bottom; v++) {
          for (int u = left; u < right; u++) {
            int at = 3 * (v * sourceWidth + u);
            red += rgb[at] & 0xff;
            green += rgb[at + 1] & 0xff;
            blue += rgb[at + 2] & 0xff;
          }
        }
        int count = (bottom - top) * (right - left);
        pixels[y * width + x] =
            (int) (red / count) << 16 | (int) (green / count) << 8 | (int) (blue / count);
      }
    }
    return pixels;
  }

  private byte[] jpeg(int[] pixels) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, width, height, pixels, 0, width);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(JPEG_QUALITY);
      writer.write(null, new IIOImage(picture, null, null), quality);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
