package org.deeplabspark.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.testing.PanopticTruth;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffImagesTest {

  @TempDir Path dir;

  private final DiffImages images =
      new DiffImages(
          InputFiles.of(SharedSpark.session(), ReadLimits.of(Settings.reference())),
          2,
          new TruthReader(PanopticTruth.LAYOUT));

  private static byte[] png(int... labels) {
    byte[] ids = new byte[labels.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) labels[i];
    }
    return PngMaskCodec.encode(new LabelMask(labels.length, 1, ids), Palette.voc());
  }

  private ImageDiff diff(byte[] before, byte[] after, TruthFile truth) {
    return images.diff(new DiffPair("a", "old.png", before, "new.png", after, truth));
  }

  @Test
  void bothRunsAreCountedAgainstEachOtherAndAgainstTheTruth() throws IOException {
    TruthFile trees = PanopticTruth.write(dir.resolve("t.png"), 3, 1, 1, 1);
    ImageDiff diff = diff(png(0, 1, 1), png(1, 1, 1), trees);

    assertThat(diff.problem()).isNull();
    assertThat(diff.pixels()).isEqualTo(3);
    assertThat(diff.changed()).isEqualTo(1);
    assertThat(diff.pairs()).containsExactly(new ImageDiff.Pair(0, 1, 1));
    assertThat(diff.overlaps())
        .containsExactly(
            new ImageDiff.RunOverlap(ImageDiff.OLD_RUN, new ClassIou(0, 0, 0, 1)),
            new ImageDiff.RunOverlap(ImageDiff.OLD_RUN, new ClassIou(1, 2, 3, 2)),
            new ImageDiff.RunOverlap(ImageDiff.NEW_RUN, new ClassIou(1, 3, 3, 3)));
    assertThat(diff.newMeanIou()).isEqualTo(1);
  }

  @Test
  void whatIsWrongWithAnImageIsItsRow() throws IOException {
    assertThat(diff(png(0, 1), png(0), null).problem())
        .isEqualTo(
            "Invalid masks of a: the old mask is 2 x 1, the new mask 1 x 1; both runs and the truth must be"
                + " of the same photographs");
    TruthFile trees = PanopticTruth.write(dir.resolve("t.png"), 2, 1, 1, 1);
    assertThat(diff(png(0, 7), png(0, 1), trees).problem())
        .isEqualTo("Invalid label in the prediction: must be 0 to 1, got 7");
    assertThat(diff(new byte[] {1}, png(0), null).problem()).startsWith("Invalid mask old.png: ");
  }

  @Test
  void anUncheckedErrorOfOneImageIsItsRowToo() throws IOException {
    TruthFile torn = PanopticTruth.writeTorn(dir.resolve("torn.png"), 2, 1);
    ImageDiff diff = diff(png(0, 1), png(0, 1), torn);

    assertThat(diff.problem()).startsWith("ArrayIndexOutOfBoundsException");
    assertThat(diff.pairs()).isNull();
    assertThat(List.of(ImageDiff.SCHEMA.fieldNames())).hasSize(diff.toRow().length());
  }
}
