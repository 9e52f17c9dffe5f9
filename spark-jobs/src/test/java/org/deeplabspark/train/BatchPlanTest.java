package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.train.BatchPlan.Minibatch;
import org.junit.jupiter.api.Test;

final class BatchPlanTest {

  @Test
  void everyEpochSeesEverySampleOnceInAnotherOrder() {
    BatchPlan plan = new BatchPlan(6, 3, 1, 4);
    List<Integer> first = samples(plan.next(2));
    List<Integer> second = samples(plan.next(2));
    assertThat(first).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    assertThat(second).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5).isNotEqualTo(first);
    assertThat(plan.epochs()).isEqualTo(2);
  }

  @Test
  void minibatchesMayReachIntoTheNextEpoch() {
    assertThat(samples(new BatchPlan(2, 5, 1, 1).next(1))).hasSize(5);
  }

  @Test
  void equalSeedsPlanTheSame() {
    assertThat(new BatchPlan(50, 4, 1, 9).next(20)).isEqualTo(new BatchPlan(50, 4, 1, 9).next(20));
    assertThat(new BatchPlan(50, 4, 1, 9).next(20))
        .isNotEqualTo(new BatchPlan(50, 4, 1, 10).next(20));
  }

  @Test
  void cropsOfEveryMinibatchHaveASeedOfTheirOwn() {
    assertThat(new BatchPlan(3, 3, 1, 9).next(40).stream().map(t -> Minibatch.parse(t).seed()))
        .doesNotHaveDuplicates();
  }

  @Test
  void everyMinibatchComesOnceAScaleAndAResumedPlanGoesOnInItsMiddle() {
    List<String> whole = new BatchPlan(5, 2, 3, 9).next(12);
    List<Minibatch> first = whole.subList(0, 3).stream().map(Minibatch::parse).toList();
    assertThat(first.stream().map(Minibatch::scale)).containsExactly(0, 1, 2);
    assertThat(first.stream().map(m -> new Minibatch(m.seed(), 0, m.samples())))
        .containsOnly(first.get(0));
    BatchPlan resumed = new BatchPlan(5, 2, 3, 9);
    resumed.skip(7);
    assertThat(resumed.next(5)).isEqualTo(whole.subList(7, 12));
    assertThat(resumed.epochs()).isEqualTo(4 * 2 / 5.0);
  }

  private static List<Integer> samples(List<String> texts) {
    List<Integer> samples = new ArrayList<>();
    for (String text : texts) {
      samples.addAll(Minibatch.parse(text).samples());
    }
    return samples;
  }
}
