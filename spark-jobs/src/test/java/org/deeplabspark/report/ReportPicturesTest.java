package org.deeplabspark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.pass.PipelineSettings;
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

  @TempDir Path dir;

  private PictureRow drawn(Settings settings, TruthFile truth) throws IOException {
    Path photo = dir.resolve("photo.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", photo.toFile());
    byte[] mask = PngMaskCodec.encode(new LabelMask(40, 30, new byte[1200]), Palette.voc());
    Object[] segments = Arrays.stream(truth.segments()).boxed().toArray();
    Row files =
        RowFactory.create(
            "a", "file:" + photo, null, null, mask, null, null, truth.path(), null, segments);
    ReportPictures pictures =
        new ReportPictures(
            InputFiles.of(SharedSpark.session(), settings),
            PipelineSettings.segment(settings),
            List.of(),
            32,
            new TruthReader(PanopticTruth.LAYOUT));
    return PictureRow.fromRow(
        SharedSpark.session()
            .createDataFrame(List.of(files), FILES)
            .map(pictures, Encoders.row(PictureRow.SCHEMA))
            .first());
  }

  @Test
  void everyPictureHasTheSameSize() throws IOException {
    TruthFile truth = PanopticTruth.write(dir.resolve("t.png"), 40, 30, 1, 1);
    PictureRow row = drawn(Settings.reference(), truth);

    assertThat(row.notes()).isEmpty();
    assertThat(List.of(row.width(), row.height())).containsExactly(32, 24);
    assertThat(row.photo()).isNotEmpty();
    assertThat(row.errors()).isNotEmpty();
    assertThat(row.raw()).isNull();
  }

  @Test
  void anUncheckedErrorOfOneFileIsANoteAndTheOthersAreShown() throws IOException {
    PictureRow row =
        drawn(Settings.reference(), PanopticTruth.writeTorn(dir.resolve("torn.png"), 40, 30));

    assertThat(row.notes()).startsWith("no truth: ArrayIndexOutOfBoundsException");
    assertThat(row.truth()).isNull();
    assertThat(row.errors()).isNull();
    assertThat(row.photo()).isNotEmpty();
    assertThat(row.refined()).isNotEmpty();
  }

  @Test
  void photographsAreDecodedWithinTheLimitsOfTheSettings() throws IOException {
    Settings settings = Settings.reference().with("image.max-megapixels", "0.001", "this test");
    TruthFile truth = PanopticTruth.write(dir.resolve("t.png"), 40, 30, 1, 1);
    PictureRow row = drawn(settings, truth);

    assertThat(row.notes()).startsWith("no photograph: ").contains("40 x 30");
    assertThat(row.photo()).isNull();
    assertThat(row.refined()).isNotEmpty();
  }
}
