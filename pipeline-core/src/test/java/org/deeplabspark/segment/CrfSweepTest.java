package org.deeplabspark.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Cards;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.junit.jupiter.api.Test;

class CrfSweepTest {

  private static final ModelCard CARD =
      Cards.free(new byte[0], TensorLayout.NCHW, OutputKind.LOGITS);

  /** Scores that depend on the photograph alone, weak enough for every CRF to matter. */
  private static final SegmentationEngine ENGINE =
      new SegmentationEngine() {
        @Override
        public NetworkScores scores(RgbImage image) {
          FeatureMap scores = FeatureMap.zeros(3, image.height(), image.width());
          Random random = new Random(5);
          for (int i = 0; i < scores.values().length; i++) {
            int pixel = i % image.pixels();
            int likely = image.rgb()[3 * pixel] == 0 ? 0 : 1 + (pixel / 7) % 2;
            scores.values()[i] =
                (float) random.nextGaussian() + (i / image.pixels() == likely ? 1 : 0);
          }
          return NetworkScores.ofFullSize(scores, OutputKind.LOGITS);
        }

        @Override
        public String device() {
          return "test";
        }

        @Override
        public void close() {}
      };

  @Test
  void everyMaskIsTheOneOfARunWithThatSettingAlone() throws Exception {
    List<Optional<CrfSettings>> settings = new ArrayList<>();
    for (float weight : new float[] {1, 4}) {
      for (float std : new float[] {9, 30}) {
        for (float near : new float[] {1, 2}) {
          for (int iterations : new int[] {5, 1}) {
            settings.add(Optional.of(crf(iterations, weight, std, near)));
          }
        }
      }
    }
    settings.add(3, Optional.empty());
    CrfSweep sweep = new CrfSweep(ENGINE, new ImageDecoder(1), settings, CpuRefiner::new);
    for (byte[] photo : List.of(photo(40, 31, 1), photo(40, 31, 2), photo(23, 57, 3))) {
      Map<Integer, LabelMask> masks = new TreeMap<>();

      double millis = sweep.label(sweep.score(photo), masks::put);

      assertThat(millis).isPositive();
      assertThat(masks).hasSameSizeAs(settings);
      for (int i = 0; i < settings.size(); i++) {
        SegmentSettings alone = new SegmentSettings(1, settings.get(i));
        assertThat(masks.get(i).labels())
            .isEqualTo(new Segmenter(ENGINE, CARD, alone).segment(photo).mask().labels());
      }
      assertThat(masks.values().stream().map(m -> List.of(boxed(m))).distinct().count())
          .isGreaterThan(8);
    }
  }

  @Test
  void aMalformedImageFailsInDecodingAndTheNextOneDoesNot() throws Exception {
    CrfSweep sweep =
        new CrfSweep(
            ENGINE, new ImageDecoder(1), List.of(Optional.of(crf(1, 3, 9, 1))), CpuRefiner::new);

    StageException e =
        catchThrowableOfType(StageException.class, () -> sweep.score(new byte[] {1, 2, 3}));

    assertThat(e.stage()).isEqualTo(Stage.DECODE);
    assertThat(sweep.score(photo(5, 4, 1)).photo().pixels()).isEqualTo(20);
  }

  @Test
  void anImageThatBreaksOffInTheMidstLeavesNothingToTheNext() throws Exception {
    List<Optional<CrfSettings>> settings =
        List.of(Optional.empty(), Optional.of(crf(5, 3, 9, 1)), Optional.of(crf(1, 3, 30, 1)));
    CrfSweep sweep = new CrfSweep(ENGINE, new ImageDecoder(1), settings, CpuRefiner::new);
    Scorer.Scored first = sweep.score(photo(40, 31, 1));

    for (int failing = 0; failing < settings.size(); failing++) {
      int last = failing;
      StageException e =
          catchThrowableOfType(
              StageException.class,
              () ->
                  sweep.label(
                      first,
                      (setting, mask) -> {
                        if (setting == last) {
                          throw new StackOverflowError();
                        }
                      }));
      assertThat(e.stage()).isEqualTo(Stage.CRF);
      assertThat(e.code()).isEqualTo("internal");
    }
    Map<Integer, LabelMask> masks = new TreeMap<>();
    sweep.label(sweep.score(photo(40, 31, 2)), masks::put);
    Map<Integer, LabelMask> fresh = new TreeMap<>();
    CrfSweep other = new CrfSweep(ENGINE, new ImageDecoder(1), settings, CpuRefiner::new);
    other.label(other.score(photo(40, 31, 2)), fresh::put);
    for (int i = 0; i < settings.size(); i++) {
      assertThat(masks.get(i).labels()).isEqualTo(fresh.get(i).labels());
    }
  }

  private static Byte[] boxed(LabelMask mask) {
    Byte[] labels = new Byte[mask.pixels()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = mask.labels()[i];
    }
    return labels;
  }

  private static CrfSettings crf(int iterations, float weight, float std, float near) {
    return new CrfSettings(
        iterations,
        List.of(
            new PairwiseKernel.Gaussian(
                near, near, new Compatibility.Potts(weight), Normalization.SYMMETRIC),
            new PairwiseKernel.Bilateral(
                std, std, 5, 5, 5, new Compatibility.Potts(weight), Normalization.SYMMETRIC)),
        1e-3f,
        1);
  }

  private static byte[] photo(int width, int height, long seed) {
    Random random = new Random(seed);
    byte[] labels = new byte[width * height];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(21) : i % width * 3 / width);
    }
    return PngMaskCodec.encode(new LabelMask(width, height, labels), Palette.voc());
  }
}
