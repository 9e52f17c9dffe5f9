package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The reference's answers, run by run. */
class GoldenDenseCrfTest {

  @TestFactory
  Stream<DynamicTest> everyReferenceRunMatches() {
    return tests(KernelChoice.best(), 1);
  }

  @TestFactory
  Stream<DynamicTest> everyReferenceRunMatchesOnScalarKernels() {
    return tests(KernelChoice.scalar(), 1);
  }

  @TestFactory
  Stream<DynamicTest> everyReferenceRunMatchesOnTwoThreads() {
    return tests(KernelChoice.best(), 2);
  }

  private static Stream<DynamicTest> tests(KernelChoice choice, int threads) {
    List<GoldenRuns.Run> runs = GoldenRuns.all();
    assertThat(runs).hasSize(156);
    return runs.stream()
        .map(run -> DynamicTest.dynamicTest(run.name(), () -> matches(run, choice, threads)));
  }

  private static void matches(GoldenRuns.Run run, KernelChoice choice, int threads) {
    FeatureMap ours =
        new DenseCrf(run.settings(threads), Long.MAX_VALUE, choice)
            .marginals(run.image(), run.unary());

    run.requireMatch(ours);
  }
}
