package org.deeplabspark.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;

class PngMaskCodecTest {

  @Test
  void whatIsEncodedIsDecoded() throws Exception {
    Random random = new Random(2);
    for (int round = 0; round < 50; round++) {
      byte[] labels = new byte[(1 + random.nextInt(70)) * (1 + random.nextInt(3))];
      random.nextBytes(labels);
      LabelMask mask = new LabelMask(labels.length, 1, labels);

      LabelMask decoded = PngMaskCodec.decode(PngMaskCodec.encode(mask, Palette.voc()));

      assertThat(decoded.labels()).containsExactly(labels);
      assertThat(decoded.width()).isEqualTo(mask.width());
    }
  }

  @Test
  void otherReadersSeeIndexesAndColors() throws Exception {
    LabelMask mask = new LabelMask(2, 2, new byte[] {0, 1, 15, (byte) 255});

    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(PngMaskCodec.encode(mask, Palette.voc())));

    assertThat(image.getColorModel()).isInstanceOf(IndexColorModel.class);
    assertThat(image.getRaster().getPixels(0, 0, 2, 2, (int[]) null))
        .containsExactly(0, 1, 15, 255);
    assertThat(image.getRGB(1, 0)).isEqualTo(0xff800000);
    assertThat(image.getRGB(0, 1)).isEqualTo(0xffc08080);
    assertThat(image.getRGB(1, 1)).isEqualTo(0xffe0e0c0);
  }

  @Test
  void smallDepthsHoldIdsToo() throws Exception {
    byte[] palette = new byte[12];

    LabelMask four =
        PngMaskCodec.decode(ImageFiles.png(3, 1, 2, 3, 0, palette, row(0b00_11_10_00)));
    LabelMask two = PngMaskCodec.decode(ImageFiles.png(3, 1, 1, 3, 0, palette, row(0b011_00000)));
    LabelMask grey = PngMaskCodec.decode(ImageFiles.png(2, 1, 4, 0, 0, null, row(0xf2)));

    assertThat(four.labels()).containsExactly(0, 3, 2);
    assertThat(two.labels()).containsExactly(0, 1, 1);
    assertThat(grey.labels()).containsExactly(15, 2);
  }

  @Test
  void colorsAreNeverGuessedFrom() {
    assertNotIndexed(
        ImageFiles.write(ImageFiles.picture(3, 3, BufferedImage.TYPE_INT_RGB), "png"),
        "A label mask must hold class ids: this PNG is RGB of 8 bits; save it as a palette PNG or"
            + " as 8-bit grey whose values are the ids");
    assertNotIndexed(
        ImageFiles.png(1, 1, 16, 0, 0, null, new byte[3]),
        "A label mask must hold class ids: this PNG is grey of 16 bits; save it as a palette PNG or"
            + " as 8-bit grey whose values are the ids");
    assertNotIndexed(
        ImageFiles.write(ImageFiles.picture(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg"),
        "A label mask must be a palette or grey PNG, this is JPEG");
    assertThat(
            catchThrowableOfType(
                    MalformedImageException.class,
                    () -> PngMaskCodec.decode("text".getBytes(StandardCharsets.US_ASCII)))
                .code())
        .isEqualTo("not-an-image");
  }

  @Test
  void theColorsOfTheDevkitAreTheDefault() {
    Palette palette = Palette.of(List.of("#0a0b0c"));

    assertThat(palette.rgb(0)).isEqualTo(0x0a0b0c);
    assertThat(palette.rgb(1)).isEqualTo(0x800000);
    assertThat(palette.rgb(20)).isEqualTo(0x004080);
    assertThat(palette.rgb(255)).isEqualTo(0xe0e0c0);
  }

  @Test
  void everyRealMaskSurvivesTheRoundTrip() throws Exception {
    int masks = 0;
    for (Path file : SharedData.files("voc_val_labels")) {
      if (!file.toString().endsWith(".png")) {
        continue;
      }
      LabelMask mask = PngMaskCodec.decode(Files.readAllBytes(file));
      for (byte label : mask.labels()) {
        assertThatIsVoc(label & 0xff, file);
      }
      byte[] encoded = PngMaskCodec.encode(mask, Palette.voc());
      assertThat(PngMaskCodec.decode(encoded).labels()).isEqualTo(mask.labels());
      masks++;
    }
    assertThat(masks).isEqualTo(1449);
  }

  @Test
  void indexesAreThoseThatTheJdkReads() throws Exception {
    for (Path file : SharedData.files("voc/SegmentationClass")) {
      BufferedImage image = ImageIO.read(file.toFile());
      int[] expected =
          image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);

      LabelMask mask = PngMaskCodec.decode(Files.readAllBytes(file));

      for (int i = 0; i < expected.length; i++) {
        if (mask.label(i) != expected[i]) {
          throw new AssertionError(file + " at " + i);
        }
      }
    }
  }

  private static void assertThatIsVoc(int id, Path file) {
    if (id > 20 && id != LabelMask.VOID) {
      throw new AssertionError(file + " has id " + id);
    }
  }

  private static void assertNotIndexed(byte[] content, String message) {
    MalformedImageException e =
        catchThrowableOfType(MalformedImageException.class, () -> PngMaskCodec.decode(content));
    assertThat(e).hasMessage(message);
    assertThat(e.code()).isEqualTo("not-indexed");
  }

  private static byte[] row(int value) {
    return new byte[] {0, (byte) value};
  }
}
