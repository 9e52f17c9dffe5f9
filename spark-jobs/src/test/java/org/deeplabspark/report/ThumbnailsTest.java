package org.deeplabspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;
import org.junit.jupiter.api.Test;

class ThumbnailsTest {

  @Test
  void theLongerSideIsTheAskedOneAndNothingGrows() {
    assertThat(new Thumbnails(1000, 500, 320)).matches(t -> t.width() == 320 && t.height() == 160);
    assertThat(new Thumbnails(500, 1000, 320)).matches(t -> t.width() == 160 && t.height() == 320);
    assertThat(new Thumbnails(40, 30, 320)).matches(t -> t.width() == 40 && t.height() == 30);
    assertThat(new Thumbnails(5000, 1, 320)).matches(t -> t.width() == 320 && t.height() == 1);
  }

  @Test
  void labelsStayLabels() throws Exception {
    byte[] labels = new byte[64 * 64];
    Arrays.fill(labels, 0, 64 * 32, (byte) 20);
    labels[0] = (byte) 255;

    LabelMask small =
        PngMaskCodec.decode(
            new Thumbnails(64, 64, 32).mask(new LabelMask(64, 64, labels), Palette.voc()));

    assertThat(small.width()).isEqualTo(32);
    for (int i = 0; i < small.pixels(); i++) {
      assertThat(small.label(i)).isEqualTo(i < 32 * 16 ? 20 : 0);
    }
  }

  @Test
  void photographsAreAveraged() throws IOException {
    byte[] checks = new byte[3 * 64 * 64];
    for (int i = 0; i < 64 * 64; i++) {
      Arrays.fill(checks, 3 * i, 3 * i + 3, (byte) ((i + i / 64) % 2 * 200));
    }
    RgbImage photo = new RgbImage(64, 64, checks);

    int rgb = pixel(new Thumbnails(64, 64, 32).photo(photo), 16, 16);

    assertThat(rgb & 0xff).isBetween(97, 103);
  }

  @Test
  void wrongPixelsAreRedAndVoidOnesAreNot() throws IOException {
    RgbImage photo = new RgbImage(32, 32, new byte[3 * 32 * 32]);
    byte[] truth = new byte[32 * 32];
    Arrays.fill(truth, 0, 32 * 16, (byte) 1);
    Arrays.fill(truth, 32 * 16, 32 * 24, (byte) 255);
    LabelMask predicted = new LabelMask(32, 32, new byte[32 * 32]);

    byte[] errors =
        new Thumbnails(32, 32, 32).errors(photo, new LabelMask(32, 32, truth), predicted);

    assertThat(pixel(errors, 16, 4) >> 16 & 0xff).isGreaterThan(200);
    assertThat(pixel(errors, 16, 4) & 0xff).isLessThan(90);
    for (int y : new int[] {20, 28}) {
      assertThat(pixel(errors, 16, y) >> 16 & 0xff)
          .isCloseTo(120, org.assertj.core.data.Offset.offset(12));
    }
  }

  private static int pixel(byte[] jpeg, int x, int y) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(jpeg)).getRGB(x, y);
  }
}
