package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The reference's answers, run by run. */
class GoldenDenseCrfTest {

  private static final float MAX_DIFFERENCE = 1e-4f;
  // Two builds of the reference differ by up to 1e-5 in Q: closer than twice that is a tie.
  private static final float TIE = 2e-5f;

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

    assertThat(largestDifference(run, ours)).isLessThanOrEqualTo(MAX_DIFFERENCE);
    assertThat(changedPixels(run.argMax(), ours)).isZero();
  }

  private static float largestDifference(GoldenRuns.Run run, FeatureMap ours) {
    float[] reference = run.marginals();
    int columns = reference.length / ours.channels();
    float largest = 0;
    for (int i = 0; i < reference.length; i++) {
      int label = i / columns;
      int pixel = i % columns * run.stride();
      float difference = ours.values()[label * ours.planeSize() + pixel] - reference[i];
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  private static int changedPixels(byte[] reference, FeatureMap ours) {
    int[] best = ours.argMax();
    int changed = 0;
    for (int pixel = 0; pixel < best.length; pixel++) {
      float q = ours.values()[best[pixel] * ours.planeSize() + pixel];
      float same = ours.values()[(reference[pixel] & 0xff) * ours.planeSize() + pixel];
      if (q - same > TIE) {
        changed++;
      }
    }
    return changed;
  }
}
