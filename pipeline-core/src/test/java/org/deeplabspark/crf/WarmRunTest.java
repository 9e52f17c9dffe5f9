package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An instance that has seen an image of a size takes next to no memory for the next one. This also
 * finds vectors that the compiler puts into objects: those take gigabytes. A JVM of its own,
 * because what other tests did with the same classes changes what the compiler makes of them.
 */
class WarmRunTest {

  @ParameterizedTest
  // Beside its marginals a run takes rows on their way into a lattice, layouts and tasks. One loop
  // whose vectors the compiler boxes would take tens of megabytes.
  @CsvSource({"vector,1,256", "vector,2,384", "scalar,1,256", "scalar,2,384"})
  void aWarmRunTakesItsMarginalsAndLittleElse(String kernels, String threads, long kilobytes)
      throws Exception {
    long allowed = kilobytes << 10;
    ChildJvm jvm =
        ChildJvm.run(
            List.of("-Xmx1g", "--add-modules=jdk.incubator.vector"),
            WarmRuns.class,
            kernels,
            threads,
            Long.toString(allowed));

    assertThat(jvm.exit()).as(jvm.errors()).isZero();
    assertThat(Long.parseLong(jvm.output().lines().reduce("", (first, last) -> last)))
        .isLessThanOrEqualTo(allowed);
  }
}
