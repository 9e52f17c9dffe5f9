package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels from a network's small map, against energies of full size and what they give. */
class RefineTest {

  private static final CrfSettings ON = CrfSettings.deepLabV2();
  private static final CrfSettings OFF =
      new CrfSettings(ON.iterations(), ON.kernels(), 0, ON.threads());

  // The goldens' tolerance.
  private static final float TOLERANCE = 1e-4f;

  @ParameterizedTest
  @CsvSource({
    "21, 9, 7, 140, 110, LOGITS",
    "21, 9, 7, 140, 110, PROBABILITIES",
    "1, 5, 5, 60, 40, LOGITS",
    "2, 5, 5, 60, 40, LOGITS",
    "2, 5, 5, 60, 40, PROBABILITIES",
    "150, 6, 6, 90, 50, LOGITS",
    "255, 5, 4, 50, 40, LOGITS",
    "255, 5, 4, 50, 40, PROBABILITIES",
    "21, 3, 3, 1, 1, LOGITS",
    "21, 1, 1, 1, 1, LOGITS",
    "21, 40, 3, 700, 1, LOGITS",
    "21, 3, 40, 1, 300, LOGITS",
    "5, 30, 20, 30, 20, LOGITS", // the photograph's size already
    "5, 60, 50, 30, 20, PROBABILITIES", // shrunk
    "4, 20, 3, 1200, 40, LOGITS" // rows of several blocks
  })
  void marginalsAndLabelsAreThoseOfFullSizeEnergies(
      int labels, int mapWidth, int mapHeight, int width, int height, OutputKind kind) {
    RgbImage image = Scenes.photo(width, height, 3);
    NetworkScores scores = Scenes.scores(labels, mapWidth, mapHeight, width, height, kind, 5);
    for (CrfSettings settings : List.of(ON, OFF)) {
      assertThat(differences(image, scores, settings)).isZero();
    }
  }

  /** Compares the marginals, and returns at how many pixels the labels differ. */
  private static int differences(RgbImage image, NetworkScores scores, CrfSettings settings) {
    FeatureMap unary = Unary.fromProbabilities(scores.probabilities());
    FeatureMap expected = new DenseCrf(settings).marginals(image, unary);
    FeatureMap actual = marginals(image, scores, settings);
    assertThat(largestDifference(actual, expected)).isLessThanOrEqualTo(TOLERANCE);
    LabelMask wanted = LabelMask.argMax(expected);
    LabelMask raw = LabelMask.argMax(scores.logits());
    Refined refined = new DenseCrf(settings).refine(image, scores);
    int differing = differing(refined.mask(), wanted);
    assertThat(refined.meanConfidence())
        .isCloseTo((float) meanOfLargest(wanted, expected), within(TOLERANCE));
    assertThat(refined.changedFraction())
        .isCloseTo(
            (double) differing(wanted, raw) / image.pixels(),
            within((double) differing / image.pixels()));
    return differing;
  }

  /** NaN where any is; an assertion for each of millions of values would take most of the time. */
  private static float largestDifference(FeatureMap a, FeatureMap b) {
    assertThat(a.values()).hasSameSizeAs(b.values());
    float largest = 0;
    for (int i = 0; i < a.values().length; i++) {
      largest = Math.max(largest, Math.abs(a.values()[i] - b.values()[i]));
    }
    return largest;
  }

  private static FeatureMap marginals(RgbImage image, NetworkScores scores, CrfSettings settings) {
    try (ThreadTeam team = new ThreadTeam(settings.threads())) {
      return new DenseCrf(settings).marginals(CrfInput.of(image, scores), any -> false, team);
    }
  }

  private static double meanOfLargest(LabelMask mask, FeatureMap marginals) {
    double sum = 0;
    for (int pixel = 0; pixel < mask.pixels(); pixel++) {
      sum += marginals.values()[mask.label(pixel) * mask.pixels() + pixel];
    }
    return sum / mask.pixels();
  }

  private static int differing(LabelMask a, LabelMask b) {
    int differing = 0;
    for (int pixel = 0; pixel < a.pixels(); pixel++) {
      differing += a.label(pixel) == b.label(pixel) ? 0 : 1;
    }
    return differing;
  }

  /** A trained network's scores on 16 photographs. */
  @TestFactory
  Stream<DynamicTest> labelsOfPhotographsAreThoseOfFullSizeEnergies() {
    return VocScores.all().stream()
        .map(
            voc ->
                DynamicTest.dynamicTest(
                    voc.name(),
                    () -> assertThat(differences(voc.image(), voc.scores(), ON)).isZero()));
  }

  @ParameterizedTest
  @CsvSource({"21,LOGITS", "21,PROBABILITIES", "150,LOGITS"})
  void threadsKernelsAndEarlierImagesChangeNothing(int labels, OutputKind kind) {
    RgbImage image = Scenes.photo(230, 61, 3);
    NetworkScores scores = Scenes.scores(labels, 12, 5, 230, 61, kind, 5);
    Refined expected = new DenseCrf(ON).refine(image, scores);
    FeatureMap marginals = marginals(image, scores, ON);
    DenseCrf used = new DenseCrf(ON);
    used.refine(Scenes.photo(300, 70, 4), Scenes.scores(255, 9, 9, 300, 70, kind, 8));
    used.marginals(Scenes.photo(90, 70, 4), Scenes.softUnary(7, 90, 70, 2));
    KernelChoice plain = KernelChoice.scalar();

    assertThat(marginals(image, scores, ON.onThreads(3)).values()).isEqualTo(marginals.values());
    assertSame(new DenseCrf(ON.onThreads(2)).refine(image, scores), expected);
    assertSame(new DenseCrf(ON.onThreads(3)).refine(image, scores), expected);
    assertSame(new DenseCrf(ON, Long.MAX_VALUE, plain).refine(image, scores), expected);
    assertSame(used.refine(image, scores), expected);
    assertSame(RawLabels.of(scores, plain.softmax()), RawLabels.of(scores));
  }

  private static void assertSame(Refined actual, Refined expected) {
    assertThat(actual.mask().labels()).isEqualTo(expected.mask().labels());
    assertThat(actual.meanConfidence()).isEqualTo(expected.meanConfidence());
    assertThat(actual.changedFraction()).isEqualTo(expected.changedFraction());
  }

  @ParameterizedTest
  @CsvSource({"21,LOGITS", "21,PROBABILITIES", "255,LOGITS", "1,LOGITS"})
  void rawLabelsAreTheLargestScores(int labels, OutputKind kind) {
    NetworkScores scores = Scenes.scores(labels, 12, 5, 230, 61, kind, 5);
    LabelMask expected = LabelMask.argMax(scores.logits());

    Refined raw = RawLabels.of(scores);

    assertThat(raw.mask().labels()).isEqualTo(expected.labels());
    assertThat(raw.meanConfidence())
        .isCloseTo((float) meanOfLargest(expected, scores.probabilities()), within(2e-6f));
    assertThat(raw.changedFraction()).isZero();
  }

  /** Of equal scores the first label counts as the network's own, whatever the CRF makes of it. */
  @Test
  void equalScoresGoToTheFirstLabel() {
    NetworkScores scores = NetworkScores.ofFullSize(FeatureMap.zeros(3, 20, 30), OutputKind.LOGITS);

    Refined refined = new DenseCrf(ON).refine(Scenes.photo(30, 20, 1), scores);

    assertThat(refined.mask().labels()).containsOnly(0);
    assertThat(refined.changedFraction()).isZero();
    assertThat(refined.meanConfidence()).isCloseTo(1 / 3f, within(1e-6f));
    assertThat(RawLabels.of(scores).mask().labels()).containsOnly(0);
  }

  @Test
  void everyNormalisationAndCompatibilityAgrees() {
    RgbImage image = Scenes.photo(60, 50, 3);
    NetworkScores scores = Scenes.scores(5, 6, 5, 60, 50, OutputKind.LOGITS, 5);
    for (Normalization normalization : Normalization.values()) {
      PairwiseKernel near = Scenes.gaussian(1, 3, normalization);
      PairwiseKernel far =
          new PairwiseKernel.Bilateral(
              20,
              20,
              9,
              9,
              9,
              new Compatibility.Diagonal(List.of(-1f, -2f, -1f, -3f, -1f)),
              normalization);
      assertThat(differences(image, scores, Scenes.settings(4, near))).isZero();
      assertThat(differences(image, scores, Scenes.settings(4, near, far))).isZero();
    }
    assertThat(differences(image, scores, Scenes.settings(4))).isZero();
    PairwiseKernel strong = Scenes.gaussian(1, 90, Normalization.AFTER); // centred softmax
    assertThat(differences(image, scores, Scenes.settings(3, strong))).isZero();
  }

  @Test
  void oneRunGivesTheLabelsOfManyNumbersOfIterations() {
    RgbImage image = Scenes.photo(60, 50, 3);
    NetworkScores scores = Scenes.scores(5, 6, 5, 60, 50, OutputKind.LOGITS, 5);
    Map<Integer, Refined> answers = new TreeMap<>();

    new DenseCrf(ON)
        .refine(image, scores, new TreeSet<>(Set.of(0, 1, 10)), (r, n) -> answers.put(n, r));

    assertThat(answers.keySet()).containsExactly(0, 1, 10);
    assertSame(answers.get(10), new DenseCrf(ON).refine(image, scores));
    assertThat(answers.get(0).mask().labels()).isEqualTo(RawLabels.of(scores).mask().labels());
    assertThat(answers.get(0).changedFraction()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void scoresThatAreNoNumbersAreRefused(float value) {
    RgbImage image = Scenes.photo(60, 50, 3);
    NetworkScores scores = Scenes.scores(5, 6, 5, 60, 50, OutputKind.LOGITS, 5);
    scores.map().values()[2 * 30 + 13] = value;
    String message =
        "Invalid scores: must be finite, got "
            + value
            + " for class 2 at (1, 2) of the network's 6 x 5";

    assertThatThrownBy(() -> new DenseCrf(ON).refine(image, scores)).hasMessage(message);
    assertThatThrownBy(() -> RawLabels.of(scores)).hasMessage(message);
  }

  @Test
  void scoresThatDoNotFitAreRefused() {
    RgbImage image = Scenes.photo(61, 50, 3);
    DenseCrf crf = new DenseCrf(ON);

    assertThatThrownBy(
            () -> crf.refine(image, Scenes.scores(5, 6, 5, 60, 50, OutputKind.LOGITS, 5)))
        .hasMessage("Invalid scores: must be of the image's size 61 x 50, got 60 x 50");
    assertThatThrownBy(
            () -> crf.refine(image, Scenes.scores(256, 6, 5, 61, 50, OutputKind.LOGITS, 5)))
        .hasMessage("Invalid scores: at most 255 labels, got 256");
    Resampling rows = Resampling.bilinear(6, 50, AlignCorners.NO);
    assertThatThrownBy(
            () -> new NetworkScores(FeatureMap.zeros(2, 5, 6), rows, rows, OutputKind.LOGITS))
        .hasMessage("Invalid scores: resampled from 6 x 6, but the map is 6 x 5");
  }
}
