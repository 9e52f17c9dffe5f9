package org.deeplabspark.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;

/** Files that are images for some programs: bounded in depth and time, and never guessed at. */
class OddImageTest {

  private static final ImageDecoder DECODER = new ImageDecoder(ImageDecoder.DEFAULT_MAX_MEGAPIXELS);
  private static final byte[] JPEG =
      ImageFiles.write(ImageFiles.picture(64, 48, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
  private static final int SCAN = ImageFiles.marker(JPEG, 0xda, 2);
  private static final int END = ImageFiles.marker(JPEG, 0xd9, SCAN);

  @Test
  void directoriesThatNestDeeperThanAnyReaderGoesAreRefused() throws Exception {
    assertThat(DECODER.decode(ImageFiles.nestedTiff(10)).rgb()).containsExactly(77, 77, 77);
    assertFailure(
        ImageFiles.nestedTiff(3000),
        "corrupt",
        "TIFF directories are nested in each other, deeper than 16");
  }

  @Test
  void directoriesThatGoInCirclesAreReadOnce() throws Exception {
    byte[] tiff = ImageFiles.nestedTiff(2);
    int last = tiff.length - 8; // where the second one's pointer stands
    tiff[last + 3] = 9; // back to the page

    assertThat(DECODER.decode(tiff).rgb()).containsExactly(77, 77, 77);
  }

  @Test
  void sizeOfATiffIsReadFromItsDirectory() throws Exception {
    byte[] tiff =
        ImageFiles.write(ImageFiles.picture(61, 47, BufferedImage.TYPE_3BYTE_BGR), "tiff");

    assertThat(ImageSize.of(tiff)).isEqualTo(new ImageSize(61, 47));
    byte[] nested = ImageFiles.nestedTiff(3000);
    assertThat(ImageSize.of(Arrays.copyOf(nested, 200))).isEqualTo(new ImageSize(1, 1));
    MalformedImageException e =
        catchThrowableOfType(
            MalformedImageException.class, () -> ImageSize.of(Arrays.copyOf(nested, 100)));
    assertThat(e.code()).isEqualTo("truncated");
  }

  @Test
  void decodingEndsWhenItsTimeIsUp() throws Exception {
    byte[] jpeg = ImageFiles.manyScans(1000, 1000, 20_000);

    for (byte[] content : List.of(jpeg, ImageFiles.jpegInTiff(1000, 1000, jpeg))) {
      MalformedImageException e =
          catchThrowableOfType(
              MalformedImageException.class,
              () -> new ImageDecoder(1, Duration.ofMillis(100)).decode(content));

      assertThat(e)
          .hasMessage(
              "Decoding was not done after 0.1 s: raise image.max-seconds or save the image anew");
      assertThat(e.code()).isEqualTo("too-slow");
    }
    byte[] small = ImageFiles.manyScans(80, 60, 5);
    assertThat(DECODER.decode(ImageFiles.jpegInTiff(80, 60, small)).pixels()).isEqualTo(4800);
    assertThat(DECODER.decode(ImageFiles.manyScans(80, 60, 5)).pixels()).isEqualTo(4800);
  }

  @Test
  void aJpegInATiffIsHeldToTheLimitItself() {
    byte[] tiff = ImageFiles.jpegInTiff(80, 60, ImageFiles.manyScans(80, 60, 1));
    int frame = ImageFiles.marker(tiff, 0xc2, 0);
    ByteBuffer.wrap(tiff).putShort(frame + 5, (short) 60000).putShort(frame + 7, (short) 60000);

    assertFailure(tiff, "too-large", "The header claims 60000 x 60000 pixels");
  }

  @Test
  void everyFormatHasThatLimit() {
    BufferedImage picture = ImageFiles.picture(300, 200, BufferedImage.TYPE_3BYTE_BGR);
    for (String format : List.of("jpeg", "png", "bmp", "tiff")) {
      byte[] content = ImageFiles.write(picture, format);
      assertThat(
              catchThrowableOfType(
                      MalformedImageException.class,
                      () -> new ImageDecoder(1, Duration.ofNanos(1)).decode(content))
                  .code())
          .as(format)
          .isEqualTo("too-slow");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageDecoder(1, Duration.ZERO))
        .withMessage("Invalid maxTime: must be above 0, got PT0S");
  }

  @Test
  void whatOtherDecodersTakeIsNamed() {
    String convert = " is not supported: convert it to JPEG, PNG, BMP or TIFF";
    for (String start : List.of("II+\0\b\0\0\0", "MM\0+\0\b\0\0")) {
      byte[] big = (start + "        ").getBytes(StandardCharsets.ISO_8859_1);
      assertFailure(big, "unsupported-format", "BigTIFF" + convert);
    }
    String toEight = " is not supported: convert it to a JPEG of 8 bits or a PNG";
    assertFailure(frame(0xc1, 12), "unsupported-format", "JPEG of 12 bits a sample" + toEight);
    assertFailure(frame(0xc3, 16), "unsupported-format", "JPEG of 16 bits a sample" + toEight);
    assertFailure(frame(0xc5, 8), "unsupported-format", "Hierarchical JPEG" + toEight);
    assertFailure(frame(0xc9, 8), "unsupported-format", "Arithmetic-coded JPEG" + toEight);
    assertFailure(frame(0xc0, 7), "corrupt", "JPEG header claims 7 bits a sample");
  }

  @Test
  void aBitmapAroundAnotherFormatIsRefused() {
    byte[] bmp = ImageFiles.write(ImageFiles.picture(9, 9, BufferedImage.TYPE_3BYTE_BGR), "bmp");
    bmp[30] = 4;

    assertFailure(bmp, "unsupported-format", "BMP that holds a JPEG or PNG is not supported");
  }

  @Test
  void aHeaderThatEndsInItselfIsDamaged() {
    byte[] frame = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 2};
    assertFailure(frame, "corrupt", "JPEG frame header is too short");
    byte[] scan = ImageFiles.with(Arrays.copyOf(JPEG, SCAN + 2), SCAN + 2, 0, 3, 1);
    assertFailure(scan, "corrupt", "JPEG scan header is of the wrong length");
  }

  @Test
  void bytesLeftOverAtTheEndMeanThatThoseBeforeAreDamaged() {
    int[] junk = {0x31, 0x41, 0x59, 0x26, 0x53, 0x58, 0x97, 0x93, 0x23, 0x84, 0x62, 0x64};

    assertFailure(
        ImageFiles.with(JPEG, END, junk),
        "corrupt",
        "JPEG pixels are damaged: Corrupt JPEG data: ");
  }

  @Test
  void bytesThatHarmNothingAreNoDamage() throws Exception {
    byte[] expected = DECODER.decode(JPEG).rgb();
    int table = ImageFiles.marker(JPEG, 0xdb, 2);

    byte[] after = ImageFiles.with(JPEG, END + 2, 1, 2, 3, 0xff, 0xd9, 4);
    assertThat(DECODER.decode(after).rgb()).as("after the end").isEqualTo(expected);
    byte[] fill = ImageFiles.with(JPEG, table, 0xff, 0xff);
    assertThat(DECODER.decode(fill).rgb()).as("fill bytes").isEqualTo(expected);
    byte[] stray = ImageFiles.with(JPEG, table, 1, 2, 3);
    assertThat(DECODER.decode(stray).rgb()).as("between markers").isEqualTo(expected);
    byte[] padded = ImageFiles.with(JPEG, END, new int[30]);
    assertThat(DECODER.decode(padded).rgb()).as("zeros before the end").isEqualTo(expected);
  }

  @Test
  void anOddWordOnTheFirstScanHidesNoDamage() throws Exception {
    byte[] odd = JPEG.clone();
    odd[SCAN + 12] = 0; // the last coefficient: some cameras write 0 instead of 63

    assertThat(DECODER.decode(odd).rgb()).isEqualTo(DECODER.decode(JPEG).rgb());
    byte[] cut = Arrays.copyOf(odd, END - 200);
    assertFailure(ImageFiles.with(cut, cut.length, 0xff, 0xd9), "truncated", "JPEG ends before");
  }

  @Test
  void aScanThatComesTwiceIsDamage() {
    byte[] jpeg = ImageFiles.manyScans(80, 60, 3);
    jpeg[ImageFiles.marker(jpeg, 0xd9, 0) - 3] = 0x10; // claims to refine what no scan has begun

    assertFailure(jpeg, "corrupt", "JPEG pixels are damaged: Inconsistent progression sequence");
  }

  @Test
  void noRealPhotographIsRefused() throws Exception {
    Path shared = SharedData.require("voc/JPEGImages").getParent().getParent();
    List<Path> photos;
    try (Stream<Path> files = Files.walk(shared)) {
      photos = files.filter(file -> file.toString().matches("(?i).*\\.jpe?g")).sorted().toList();
    }
    for (Path photo : photos) {
      assertThat(DECODER.decode(Files.readAllBytes(photo)).pixels()).isPositive();
    }
    assertThat(photos).hasSizeGreaterThan(50);
  }

  /** A JPEG of another process or precision. */
  private static byte[] frame(int marker, int bits) {
    byte[] jpeg = JPEG.clone();
    int frame = ImageFiles.marker(jpeg, 0xc0, 2);
    jpeg[frame + 1] = (byte) marker;
    jpeg[frame + 4] = (byte) bits;
    return jpeg;
  }

  private static void assertFailure(byte[] content, String code, String message) {
    MalformedImageException e =
        catchThrowableOfType(MalformedImageException.class, () -> DECODER.decode(content));
    assertThat(e).as("refused").isNotNull();
    assertThat(e).hasMessageStartingWith(message);
    assertThat(e.code()).isEqualTo(code);
  }
}
