package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatticeReuseTest {

  private static final RgbImage IMAGE = Scenes.photo(61, 47, 3);
  private static final FeatureMap UNARY = Scenes.softUnary(5, 61, 47, 4);

  @Test
  void otherWeightsIterationsAndNormalisationsGiveTheAnswersOfAFreshRun() {
    List<CrfSettings> sweep =
        List.of(
            settings(3, 67, Normalization.SYMMETRIC),
            settings(5, 67, Normalization.SYMMETRIC),
            settings(5, 67, Normalization.AFTER),
            settings(2, 40, Normalization.BEFORE),
            settings(1, 67, Normalization.NONE),
            Scenes.settings(2, Scenes.gaussian(2, 3, Normalization.SYMMETRIC)),
            Scenes.settings(2, Scenes.gaussian(0.4f, 3, Normalization.SYMMETRIC)),
            settings(3, 67, Normalization.SYMMETRIC));
    DenseCrf crf = new DenseCrf(CrfSettings.deepLabV2());
    crf.marginals(IMAGE, UNARY);
    for (CrfSettings settings : sweep) {
      crf.use(settings);
      TreeMap<Integer, FeatureMap> answers = new TreeMap<>();
      TreeSet<Integer> numbers = new TreeSet<>(Set.of(settings.iterations()));
      crf.marginals(IMAGE, UNARY, numbers, (marginals, n) -> answers.put(n, marginals));

      assertThat(answers.keySet()).isEqualTo(numbers);
      assertThat(answers.get(settings.iterations()).values())
          .isEqualTo(new DenseCrf(settings).marginals(IMAGE, UNARY).values());
    }
  }

  @Test
  void oneRunGivesTheAnswersOfManyNumbersOfIterations() {
    DenseCrf crf = new DenseCrf(settings(1, 67, Normalization.SYMMETRIC));
    Map<Integer, FeatureMap> answers = new TreeMap<>();
    TreeSet<Integer> numbers = new TreeSet<>(List.of(0, 2, 5));
    crf.marginals(IMAGE, UNARY, numbers, (marginals, n) -> answers.put(n, marginals));
    crf.use(Scenes.settings(9, Scenes.bilateral(30, 5, 2, Normalization.AFTER)));
    crf.marginals(
        IMAGE, UNARY, new TreeSet<>(Set.of(3)), (marginals, n) -> answers.put(n, marginals));

    assertThat(answers.keySet()).containsExactly(0, 2, 3, 5);
    for (int n : numbers) {
      CrfSettings alone =
          Scenes.settings(
              n, settings(1, 67, Normalization.SYMMETRIC).kernels().toArray(PairwiseKernel[]::new));
      assertThat(answers.get(n).values())
          .isEqualTo(new DenseCrf(alone).marginals(IMAGE, UNARY).values());
    }
    CrfSettings other = Scenes.settings(3, Scenes.bilateral(30, 5, 2, Normalization.AFTER));
    assertThat(answers.get(3).values())
        .isEqualTo(new DenseCrf(other).marginals(IMAGE, UNARY).values());
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 0.4f}) // a lattice of rows, a hashed one
  void latticesOfPlaceAloneServeAllImagesOfTheirSize(float xStd) {
    CrfSettings settings =
        Scenes.settings(
            3,
            Scenes.gaussian(xStd, 3, Normalization.SYMMETRIC),
            Scenes.bilateral(30, 5, 2, Normalization.SYMMETRIC));
    CrfSettings after =
        Scenes.settings(
            3,
            Scenes.gaussian(xStd, 3, Normalization.AFTER),
            Scenes.bilateral(30, 5, 2, Normalization.AFTER));
    RgbImage otherColours = Scenes.photo(61, 47, 8);
    RgbImage turned = Scenes.photo(47, 61, 9); // as many pixels
    DenseCrf crf = new DenseCrf(settings);
    for (RgbImage image : List.of(IMAGE, otherColours, turned, otherColours)) {
      FeatureMap unary = Scenes.softUnary(5, image.width(), image.height(), 4);

      assertThat(crf.marginals(image, unary).values())
          .isEqualTo(new DenseCrf(settings).marginals(image, unary).values());
    }
    Map<PairwiseKernel, Boolean> built = new HashMap<>();
    try (ThreadTeam team = new ThreadTeam(1)) {
      crf.marginals(
          IMAGE,
          UNARY,
          filter -> {
            built.put(filter.kernel(), filter.isBuiltForSizeOf(IMAGE));
            return false;
          },
          team);
    }
    assertThat(built)
        .containsOnly(
            Map.entry(settings.kernels().get(0), true),
            Map.entry(settings.kernels().get(1), false));
    crf.use(after);

    assertThat(crf.marginals(IMAGE, UNARY).values())
        .isEqualTo(new DenseCrf(after).marginals(IMAGE, UNARY).values());
  }

  private static CrfSettings settings(float weight, float xyStd, Normalization normalization) {
    return Scenes.settings(
        (int) weight,
        Scenes.bilateral(xyStd, 3, weight, normalization),
        Scenes.gaussian(1, 3, normalization));
  }
}
