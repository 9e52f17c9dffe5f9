package org.deeplabspark.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.engine.SegmentationEngine;
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

class SegmenterTest {

  private static final ModelCard CARD =
      Cards.free(new byte[0], TensorLayout.NCHW, OutputKind.LOGITS);
  private static final SegmentSettings PLAIN = new SegmentSettings(1, Optional.empty());

  /** A palette PNG is a photograph too: black and two colours. */
  private static final byte[] PHOTO =
      PngMaskCodec.encode(new LabelMask(2, 2, new byte[] {0, 1, 1, 2}), Palette.voc());

  @Test
  void theMaskIsTheLargestScoreAndItsStatisticsAddUp() throws Exception {
    float ln3 = (float) Math.log(3);
    SegmentedImage image =
        segment(
            PLAIN,
            photo -> new FeatureMap(3, 2, 2, new float[] {ln3, 0, 0, 0, 0, 0, 0, 0, 0, 0, ln3, 0}));

    assertThat(image.mask().labels()).containsExactly(0, 0, 2, 0);
    assertThat(image.classPixels()).isEqualTo(Map.of(0, 3L, 2, 1L));
    // Two winners with 3 / 5, two with 1 / 3.
    assertThat(image.meanConfidence()).isCloseTo((0.6f + 1 / 3f) / 2, within(1e-6f));
    assertThat(image.crfChangedFraction()).isEmpty();
    assertThat(image.crfMillis()).isZero();
    assertThat(image.inferMillis()).isPositive();
    assertThat(PngMaskCodec.decode(image.encodedMask()).labels())
        .containsExactly(image.mask().labels());
  }

  @Test
  void theCrfSaysHowMuchItChanged() throws Exception {
    // One weakly labelled pixel among equal ones, in a photograph of one colour.
    byte[] photo = PngMaskCodec.encode(new LabelMask(9, 9, new byte[81]), Palette.voc());
    FeatureMap scores = FeatureMap.zeros(3, 9, 9);
    Arrays.fill(scores.values(), 0, 81, 2);
    scores.values()[81 + 40] = 2.2f;

    SegmentedImage image =
        new Segmenter(
                engine(any -> scores),
                CARD,
                new SegmentSettings(1, Optional.of(CrfSettings.deepLabV2())))
            .segment(photo);

    assertThat(image.classPixels()).isEqualTo(Map.of(0, 81L));
    assertThat(image.crfChangedFraction()).hasValue(1 / 81.0);
    assertThat(image.crfMillis()).isPositive();
  }

  @Test
  void aMalformedImageFailsInDecoding() {
    StageException e =
        catchThrowableOfType(
            StageException.class,
            () -> new Segmenter(engine(photo -> null), CARD, PLAIN).segment(new byte[0]));

    assertThat(e).hasMessage("The file is empty");
    assertThat(e.stage()).isEqualTo(Stage.DECODE);
    assertThat(e.code()).isEqualTo("empty-file");
  }

  @Test
  void whatAStageThrowsIsOneLineAndTheNextImageGoesOn() throws Exception {
    boolean[] broken = {true};
    Segmenter segmenter =
        new Segmenter(
            engine(
                photo -> {
                  if (broken[0]) {
                    throw new IllegalStateException("no\nluck");
                  }
                  return FeatureMap.zeros(3, 2, 2);
                }),
            CARD,
            PLAIN);

    StageException e = catchThrowableOfType(StageException.class, () -> segmenter.segment(PHOTO));
    broken[0] = false;

    assertThat(e).hasMessage("IllegalStateException: no luck");
    assertThat(e.stage()).isEqualTo(Stage.INFER);
    assertThat(e.code()).isEqualTo("internal");
    assertThat(segmenter.segment(PHOTO).mask().labels()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void memoryThatAnImageDoesNotGetIsItsOwnFailure() {
    StageException e =
        catchThrowableOfType(
            StageException.class,
            () ->
                segment(
                    PLAIN,
                    photo -> {
                      throw new OutOfMemoryError("Java heap space");
                    }));

    assertThat(e.code()).isEqualTo("out-of-memory");
    assertThat(e).hasMessage("OutOfMemoryError: Java heap space");
  }

  @Test
  void noErrorOfAnImageGoesBeyondIt() {
    for (Error error :
        List.of(
            new StackOverflowError(),
            new NoClassDefFoundError("org/x/Y"),
            new AssertionError("no"),
            new InternalError("unsafe memory access"))) {
      StageException e =
          catchThrowableOfType(
              StageException.class,
              () ->
                  segment(
                      PLAIN,
                      photo -> {
                        throw error;
                      }));

      assertThat(e.code()).isEqualTo("internal");
      assertThat(e).hasMessageStartingWith(error.getClass().getSimpleName()).hasCause(error);
    }
  }

  @Test
  @SuppressWarnings("removal")
  void aThreadThatIsToEndEnds() {
    assertThatThrownBy(
            () ->
                segment(
                    PLAIN,
                    photo -> {
                      throw new ThreadDeath();
                    }))
        .isInstanceOf(ThreadDeath.class);
  }

  private static SegmentedImage segment(
      SegmentSettings settings, Function<RgbImage, FeatureMap> scores) throws StageException {
    return new Segmenter(engine(scores), CARD, settings).segment(PHOTO);
  }

  private static SegmentationEngine engine(Function<RgbImage, FeatureMap> scores) {
    return new SegmentationEngine() {
      @Override
      public NetworkScores scores(RgbImage image) {
        return NetworkScores.ofFullSize(scores.apply(image), OutputKind.LOGITS);
      }

      @Override
      public String device() {
        return "test";
      }

      @Override
      public void close() {}
    };
  }
}
