package org.deeplabspark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.deeplabspark.image.LabelMask;
import org.junit.jupiter.api.Test;

final class SceneGeneratorTest {

  @Test
  void equalSeedsGiveEqualScenesInAnyOrder() {
    Scene late = new SceneGenerator(5).scene(3);
    SceneGenerator generator = new SceneGenerator(5);
    generator.scene(0);
    Scene again = generator.scene(3);
    assertThat(again.image().rgb()).isEqualTo(late.image().rgb());
    assertThat(again.truth().labels()).isEqualTo(late.truth().labels());
  }

  @Test
  void otherSeedsAndOtherNumbersGiveOtherScenes() {
    byte[] scene = new SceneGenerator(5).scene(3).image().rgb();
    assertThat(new SceneGenerator(6).scene(3).image().rgb()).isNotEqualTo(scene);
    assertThat(new SceneGenerator(5).scene(4).image().rgb()).isNotEqualTo(scene);
  }

  @Test
  void aFewScenesHoldEveryClassAndNothingElse() {
    SceneGenerator generator = new SceneGenerator(1);
    TreeSet<Integer> ids = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      LabelMask truth = generator.scene(i).truth();
      for (int pixel = 0; pixel < truth.pixels(); pixel++) {
        ids.add(truth.label(pixel));
      }
    }
    assertThat(ids).containsExactly(0, 1, 2, 3, 4, 5, LabelMask.VOID);
  }

  @Test
  void noObjectTouchesTheBackgroundWithoutVoidBetween() {
    LabelMask truth = new SceneGenerator(2).scene(0).truth();
    for (int y = 0; y < truth.height(); y++) {
      for (int x = 1; x < truth.width(); x++) {
        int left = truth.label(y * truth.width() + x - 1);
        int right = truth.label(y * truth.width() + x);
        boolean edge = (left == 0) != (right == 0);
        assertThat(edge && left != LabelMask.VOID && right != LabelMask.VOID)
            .as("row %d, column %d", y, x)
            .isFalse();
      }
    }
  }
}
