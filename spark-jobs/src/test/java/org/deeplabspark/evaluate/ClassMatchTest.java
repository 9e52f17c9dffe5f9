package org.deeplabspark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplabspark.dataset.IdLookup;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.LabelMap;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.model.ClassLabel;
import org.deeplabspark.settings.UsageException;
import org.junit.jupiter.api.Test;

class ClassMatchTest {

  private static final Truth PLAIN = Truth.of("truth");

  private static Truth described(Set<Integer> voidIds, String... names) {
    List<ClassLabel> classes =
        List.of(names).stream().map(name -> new ClassLabel(name, "#808080")).toList();
    return PLAIN.withLayout(LabelLayout.plain(classes, voidIds));
  }

  @Test
  void nobodyHasToNameTheClasses() {
    ClassMatch match = ClassMatch.of(PLAIN, PredictedLabels.PLAIN, List.of());

    assertThat(match.known()).isFalse();
    assertThat(match.classNames()).hasSize(255).startsWith("class 0", "class 1");
    assertThat(match.truth().classOf(254)).isEqualTo(254);
    assertThat(match.truth().classOf(255)).isEqualTo(IdLookup.VOID);
    assertThat(match.predicted().classOf(255)).isEqualTo(IdLookup.UNKNOWN);
  }

  @Test
  void namesOfAMasksTableWinOverThoseOfTheRequest() {
    ClassMatch match =
        ClassMatch.of(PLAIN, PredictedLabels.named(List.of("a")), List.of("sky", "tree"));

    assertThat(match.known()).isTrue();
    assertThat(match.classNames()).containsExactly("sky", "tree");
    assertThat(match.truth().classOf(2)).isEqualTo(IdLookup.UNKNOWN);
  }

  @Test
  void voidWinsOverAPlainIdAndADescribedClassOverVoid() {
    Truth voidOne = new Truth("truth", PLAIN.suffixes(), 1, Optional.empty(), Optional.empty());
    PredictedLabels names = PredictedLabels.named(List.of("sky", "tree"));
    assertThat(ClassMatch.of(voidOne, names, List.of()).truth().classOf(1))
        .isEqualTo(IdLookup.VOID);

    LabelLayout layout = described(Set.of(9), "sky", "tree").layout().orElseThrow();
    ClassMatch match = ClassMatch.of(voidOne.withLayout(layout), names, List.of());
    assertThat(match.truth().classOf(1)).isEqualTo(1);
    assertThat(match.truth().classOf(9)).isEqualTo(IdLookup.VOID);
  }

  @Test
  void namesMayDifferInCaseAndMarksOnly() {
    Truth truth = described(Set.of(), "Sky", "tv/monitor");
    assertThat(ClassMatch.of(truth, PredictedLabels.PLAIN, List.of("sky", "tvmonitor")).known())
        .isTrue();
    assertThatThrownBy(
            () -> ClassMatch.of(truth, PredictedLabels.PLAIN, List.of("sky", "tree", "kite")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Invalid --dataset: its 2 classes are not the 3 predicted ones (class 1 is tv/monitor in"
                + " plain ids 0 to 1 and tree in the predictions); --label-map says which predicted class"
                + " stands for which");
  }

  @Test
  void aMapNumbersPredictionsAsTheTruthDoes() {
    LabelMap map = new LabelMap("map", Map.of("oak", "tree", "blue", "sky", "dog", ""));
    PredictedLabels mapped =
        new PredictedLabels(List.of("oak", "blue", "dog"), Optional.empty(), Optional.of(map));
    ClassMatch match = ClassMatch.of(described(Set.of(), "sky", "tree"), mapped, List.of());

    assertThat(match.classNames()).containsExactly("sky", "tree");
    assertThat(match.predicted().classOf(0)).isEqualTo(1);
    assertThat(match.predicted().classOf(1)).isZero();
    assertThat(match.predicted().classOf(2)).isEqualTo(IdLookup.UNMATCHED);
    assertThatThrownBy(() -> ClassMatch.of(PLAIN, mapped, List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Invalid --label-map: needs the names of both sides");
  }
}
