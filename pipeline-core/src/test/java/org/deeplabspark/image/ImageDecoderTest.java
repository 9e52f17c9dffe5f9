package org.deeplabspark.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageDecoderTest {

  private static final ImageDecoder DECODER = new ImageDecoder(ImageDecoder.DEFAULT_MAX_MEGAPIXELS);

  @ParameterizedTest
  @CsvSource({
    "png, 5",
    "png, 2",
    "png, 13",
    "bmp, 5",
    "tiff, 5",
    "tiff, 2",
    "png, 10",
    "tiff, 10",
    "png, 12",
    "bmp, 13"
  })
  void losslessFormatsGiveTheStoredPixels(String format, int type) throws Exception {
    BufferedImage picture = ImageFiles.picture(37, 23, type);

    RgbImage decoded = DECODER.decode(ImageFiles.write(picture, format));

    assertThat(decoded.width()).isEqualTo(37);
    assertThat(decoded.height()).isEqualTo(23);
    boolean grey = type == BufferedImage.TYPE_BYTE_GRAY;
    for (int i = 0; i < decoded.pixels(); i++) {
      int x = i % 37;
      int y = i / 37;
      // Stored grey, not the brightened one that getRGB makes of it.
      int sample = grey ? picture.getRaster().getSample(x, y, 0) : 0;
      int expected = grey ? sample * 0x10101 : picture.getRGB(x, y) & 0xffffff;
      assertThat(rgb(decoded, i)).isEqualTo(expected);
    }
  }

  @Test
  void sixteenBitsAreScaledToEight() throws Exception {
    byte[] rows = {0, 0, 0, 0, (byte) 0x80, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7e};

    RgbImage grey = DECODER.decode(ImageFiles.png(4, 1, 16, 0, 0, null, rows));
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0xff7e);
    RgbImage tiff = DECODER.decode(ImageFiles.write(image, "tiff"));

    // 0x0000, 0x0080, 0xffff, 0xff7e times 255 / 65535, rounded.
    assertThat(new int[] {rgb(grey, 0), rgb(grey, 1), rgb(grey, 2), rgb(grey, 3)})
        .containsExactly(0, 0, 0xffffff, 0xfefefe);
    assertThat(rgb(tiff, 0)).isEqualTo(0xfefefe);
  }

  @Test
  void alphaIsDroppedNotComposited() throws Exception {
    byte[] rows = {0, 10, 20, 30, 0, 40, 50, 60, (byte) 255};

    RgbImage decoded = DECODER.decode(ImageFiles.png(2, 1, 8, 6, 0, null, rows));

    assertThat(decoded.rgb()).containsExactly(10, 20, 30, 40, 50, 60);
  }

  @Test
  void interlacedRowsAreSorted() throws Exception {
    // 3 x 2 pixels: passes 1 (0,0), 4 (2,0), 6 (1,0), 7 (0..2,1); the others are empty.
    byte[] rows = {0, 1, 0, 3, 0, 2, 0, 4, 5, 6};

    RgbImage decoded = DECODER.decode(ImageFiles.png(3, 2, 8, 0, 1, null, rows));

    assertThat(decoded.rgb()).containsExactly(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6);
  }

  @Test
  void jpegIsCloseToWhatWasWritten() throws Exception {
    BufferedImage picture = ImageFiles.picture(64, 48, BufferedImage.TYPE_3BYTE_BGR);

    RgbImage decoded = DECODER.decode(ImageFiles.write(picture, "jpeg"));

    double sum = 0;
    for (int i = 0; i < decoded.pixels(); i++) {
      int expected = picture.getRGB(i % 64, i / 64);
      sum += Math.abs((rgb(decoded, i) >> 8 & 0xff) - (expected >> 8 & 0xff));
    }
    assertThat(sum / decoded.pixels()).isLessThan(4);
  }

  @Test
  void greyJpegHasEqualColors() throws Exception {
    BufferedImage picture = ImageFiles.picture(16, 16, BufferedImage.TYPE_BYTE_GRAY);

    RgbImage decoded = DECODER.decode(ImageFiles.write(picture, "jpeg"));

    int stored = picture.getRaster().getSample(8, 8, 0);
    assertThat(decoded.rgb()[3 * 136] & 0xff).isCloseTo(stored, within(8));
    assertThat(decoded.rgb()[3 * 136]).isEqualTo(decoded.rgb()[3 * 136 + 2]);
  }

  @Test
  void cmykIsInkWithoutAndLightWithAnAdobeMarker() throws Exception {
    byte[] plain = ImageFiles.fourComponentJpeg(8, 8, 55, 155, 205, 51);

    int ink = rgb(DECODER.decode(plain), 0);
    int light = rgb(DECODER.decode(ImageFiles.withAdobeMarker(plain, 0)), 0);

    assertClose(ink, 200 * 204 / 255, 100 * 204 / 255, 50 * 204 / 255);
    assertClose(light, 55 * 51 / 255, 155 * 51 / 255, 205 * 51 / 255);
  }

  @Test
  void ycckIsConvertedBeforeItsBlack() throws Exception {
    byte[] plain = ImageFiles.fourComponentJpeg(8, 8, 100, 128, 178, 255);

    int color = rgb(DECODER.decode(ImageFiles.withAdobeMarker(plain, 2)), 0);

    // Red 100 + 1.402 * 50, green 100 - 0.714 * 50, blue 100; stored inverted, full light.
    assertClose(color, 255 - 170, 255 - 64, 255 - 100);
  }

  @ParameterizedTest
  @CsvSource({
    "tiff, LZW",
    "tiff, ZLib",
    "tiff, Deflate",
    "tiff, PackBits",
    "tiff, JPEG",
    "bmp, BI_RLE8",
    "bmp, BI_RGB"
  })
  void compressedFilesOfManyPiecesGiveTheStoredPixels(String format, String compression)
      throws Exception {
    boolean indexed = format.equals("bmp");
    BufferedImage picture =
        ImageFiles.picture(
            233, 171, indexed ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_3BYTE_BGR);

    RgbImage decoded = DECODER.decode(ImageFiles.compressed(picture, format, compression));

    int most = 0;
    for (int i = 0; i < decoded.pixels(); i++) {
      int expected = picture.getRGB(i % 233, i / 233);
      most = Math.max(most, Math.abs((rgb(decoded, i) >> 8 & 0xff) - (expected >> 8 & 0xff)));
    }
    assertThat(most).isLessThan(compression.equals("JPEG") ? 30 : 1);
  }

  @Test
  void losslessJpegHasTheStoredGrey() throws Exception {
    RgbImage decoded = DECODER.decode(ImageFiles.losslessJpeg(40, 16));

    assertThat(decoded.pixels()).isEqualTo(640);
    assertThat(decoded.rgb()).containsOnly(128);
  }

  @Test
  void oneSinglePixelIsAnImage() throws Exception {
    for (String format : new String[] {"png", "bmp", "tiff", "jpeg"}) {
      BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
      image.setRGB(0, 0, 0x404040);

      RgbImage decoded = DECODER.decode(ImageFiles.write(image, format));

      assertThat(decoded.pixels()).as(format).isEqualTo(1);
      assertClose(rgb(decoded, 0), 64, 64, 64);
    }
  }

  private static int rgb(RgbImage image, int pixel) {
    byte[] rgb = image.rgb();
    return (rgb[3 * pixel] & 0xff) << 16
        | (rgb[3 * pixel + 1] & 0xff) << 8
        | (rgb[3 * pixel + 2] & 0xff);
  }

  /** JPEG of one colour: quantisation moves it by a few levels. */
  private static void assertClose(int color, int red, int green, int blue) {
    assertThat(color >> 16).isCloseTo(red, within(4));
    assertThat((color >> 8) & 0xff).isCloseTo(green, within(4));
    assertThat(color & 0xff).isCloseTo(blue, within(4));
  }
}
