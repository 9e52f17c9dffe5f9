package org.deeplabspark.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;

/** Content that is no image: one code, one line, no invented pixels, bounded memory. */
class MalformedImageTest {

  private static final ImageDecoder DECODER = new ImageDecoder(ImageDecoder.DEFAULT_MAX_MEGAPIXELS);

  @Test
  void emptyTextAndOtherFormatsHaveCodes() {
    assertFailure(new byte[0], "empty-file", "The file is empty");
    assertFailure(
        bytes("not a picture at all\n"),
        "not-an-image",
        "The file does not begin like any image format that is known");
    assertFailure(
        bytes("GIF89a......"),
        "unsupported-format",
        "GIF is not supported: convert it to JPEG, PNG, BMP or TIFF");
    assertFailure(
        bytes("RIFF....WEBPVP8 "),
        "unsupported-format",
        "WebP is not supported: convert it to JPEG, PNG, BMP or TIFF");
  }

  @Test
  void aClaimOfGigapixelsIsRefusedBeforeTheyAreDecoded() {
    byte[] png = ImageFiles.png(60000, 60000, 8, 2, 0, null, new byte[10]);
    byte[] jpeg = ImageFiles.write(ImageFiles.picture(4, 4, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
    int frame = indexOfFrame(jpeg);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 60000).putShort(frame + 7, (short) 60000);

    String limit = ", the limit is 100.0 megapixels";
    assertFailure(png, "too-large", "The header claims 60000 x 60000 pixels" + limit);
    assertFailure(jpeg, "too-large", "The header claims 60000 x 60000 pixels" + limit);
  }

  @Test
  void theLimitIsASetting() throws Exception {
    byte[] png = ImageFiles.write(ImageFiles.picture(1000, 11, BufferedImage.TYPE_INT_RGB), "png");

    assertThat(new ImageDecoder(0.011).decode(png).pixels()).isEqualTo(11000);
    assertThat(
            catchThrowableOfType(
                    MalformedImageException.class, () -> new ImageDecoder(0.0109).decode(png))
                .code())
        .isEqualTo("too-large");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageDecoder(0))
        .withMessage("Invalid maxMegapixels: must be above 0 and at most 700, got 0.0");
  }

  @Test
  void aCutFileIsAnErrorAtEveryLength() {
    files()
        .forEach(
            (name, content) -> {
              // What ends a BMP may be padding, and a TIFF's directory may lie before its pixels.
              int last = content.length - (name.equals("bmp") ? 4 : 1);
              for (int length = 1; length <= last; length += 1 + length / 20) {
                assertMalformed(name + " cut at " + length, Arrays.copyOf(content, length));
              }
              assertMalformed(name + " cut at " + last, Arrays.copyOf(content, last));
            });
  }

  @Test
  void aCutRealPhotographIsAnError() throws Exception {
    Path photo = SharedData.require("voc/JPEGImages/2007_000129.jpg");
    byte[] content = Files.readAllBytes(photo);

    for (double share : new double[] {0.01, 0.3, 0.6, 0.9, 0.99, 0.9999}) {
      assertFailure(
          Arrays.copyOf(content, (int) (share * content.length)), "truncated", "JPEG ends before");
    }
  }

  @Test
  void damageIsAnImageOrAMalformedOneButNeverAnotherFailure() {
    Random random = new Random(11);
    files()
        .forEach(
            (name, content) -> {
              for (int round = 0; round < 150; round++) {
                byte[] damaged = content.clone();
                for (int i = 0; i <= random.nextInt(4); i++) {
                  int range = random.nextBoolean() ? Math.min(damaged.length, 200) : damaged.length;
                  damaged[random.nextInt(range)] = (byte) random.nextInt(256);
                }
                try {
                  assertThat(DECODER.decode(damaged).pixels()).isPositive();
                } catch (MalformedImageException e) {
                  assertThat(e.code()).matches("[a-z]+(-[a-z]+)*");
                  assertThat(e.getMessage()).hasSizeBetween(10, 250).doesNotContain("\n");
                }
              }
            });
  }

  @Test
  void damagedPngPixelsAreNeverShown() {
    byte[] png = ImageFiles.write(ImageFiles.picture(40, 40, BufferedImage.TYPE_INT_RGB), "png");
    png[png.length / 2] ^= 1;

    assertFailure(png, "corrupt", "PNG chunk IDAT at byte 33 is damaged");
    assertFailure(
        ImageFiles.png(4, 4, 8, 0, 0, null, new byte[19]),
        "truncated",
        "PNG holds less pixels than its header says");
    assertFailure(
        ImageFiles.png(1, 1, 8, 3, 0, new byte[] {1, 2, 3}, new byte[] {0, 1}),
        "corrupt",
        "PNG pixel beyond its palette");
    assertFailure(
        ImageFiles.png(1, 1, 8, 0, 0, null, new byte[] {9, 1}),
        "corrupt",
        "PNG row of unknown filter 9");
  }

  private static Map<String, byte[]> files() {
    BufferedImage picture = ImageFiles.picture(61, 47, BufferedImage.TYPE_3BYTE_BGR);
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String format : new String[] {"jpeg", "png", "bmp", "tiff"}) {
      files.put(format, ImageFiles.write(picture, format));
    }
    files.put("cmyk", ImageFiles.fourComponentJpeg(33, 17, 1, 2, 3, 4));
    return files;
  }

  private static void assertMalformed(String name, byte[] content) {
    assertThat(catchThrowableOfType(MalformedImageException.class, () -> DECODER.decode(content)))
        .as(name)
        .isNotNull();
  }

  private static void assertFailure(byte[] content, String code, String message) {
    MalformedImageException e =
        catchThrowableOfType(MalformedImageException.class, () -> DECODER.decode(content));
    assertThat(e).hasMessageStartingWith(message);
    assertThat(e.code()).isEqualTo(code);
  }

  private static int indexOfFrame(byte[] jpeg) {
    for (int i = 0; ; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
        return i;
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
