package org.deeplabspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.testing.PanopticTruth;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPicturesTest {

  private static final StructType FILES =
      new StructType()
          .add("image_id", "string")
          .add("photo_path", "string")
          .add("photo", "binary")
          .add("mask_path", "string")
          .add("mask", "binary")
          .add("raw_path", "string")
          .add("raw", "binary")
          .add("truth_path", "string")
          .add("truth_length", "long")
          .add("segments", "array<int>");

  private static final ReportImage.Facts FACTS =
      new ReportImage.Facts(0.5, Double.NaN, 0.9, Double.NaN);

  @TempDir Path dir;

  private ReportImage drawn(Settings settings, TruthFile truth) throws IOException {
    Path photo = dir.resolve("photo.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", photo.toFile());
    byte[] mask = PngMaskCodec.encode(new LabelMask(40, 30, new byte[1200]), Palette.voc());
    Object[] segments = Arrays.stream(truth.segments()).boxed().toArray();
    Row files =
        RowFactory.create(
            "a", "file:" + photo, null, null, mask, null, null, truth.path(), null, segments);
    ReportPictures pictures =
        new ReportPictures(
            InputFiles.of(SharedSpark.session(), ReadLimits.of(settings)),
            PassSettings.of(settings).segment(),
            List.of(),
            32,
            new TruthReader(PanopticTruth.LAYOUT),
            Map.of("a", FACTS));
    return SharedSpark.session()
        .createDataFrame(List.of(files), FILES)
        .javaRDD()
        .map(pictures)
        .first();
  }

  private static List<String> captions(ReportImage image) {
    return image.pictures().stream().map(ReportImage.Picture::caption).toList();
  }

  @Test
  void everyPictureHasTheSameSize() throws IOException {
    TruthFile truth = PanopticTruth.write(dir.resolve("t.png"), 40, 30, 1, 1);
    ReportImage image = drawn(Settings.reference(), truth);

    assertThat(image.notes()).isEmpty();
    assertThat(List.of(image.width(), image.height())).containsExactly(32, 24);
    assertThat(image.facts()).isEqualTo(FACTS);
    assertThat(captions(image)).containsExactly("photo", "truth", "prediction", "errors");
  }

  @Test
  void anUncheckedErrorOfOneFileIsANoteAndTheOthersAreShown() throws IOException {
    ReportImage image =
        drawn(Settings.reference(), PanopticTruth.writeTorn(dir.resolve("torn.png"), 40, 30));

    assertThat(image.notes()).startsWith("no truth: ArrayIndexOutOfBoundsException");
    assertThat(captions(image)).containsExactly("photo", "prediction");
  }

  @Test
  void photographsAreDecodedWithinTheLimitsOfTheSettings() throws IOException {
    Settings settings = Settings.reference().with("image.max-megapixels", "0.001", "this test");
    TruthFile truth = PanopticTruth.write(dir.resolve("t.png"), 40, 30, 1, 1);
    ReportImage image = drawn(settings, truth);

    assertThat(image.notes()).startsWith("no photograph: ").contains("40 x 30");
    assertThat(captions(image)).containsExactly("truth", "prediction");
  }
}
