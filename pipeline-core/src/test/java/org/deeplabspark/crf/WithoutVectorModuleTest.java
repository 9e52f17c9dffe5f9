package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** A JVM that was started without the vector module works all the same, and says so once. */
class WithoutVectorModuleTest {

  @Test
  void masksAreTheSameAndOneWarningTellsHowToSwitchItOn() throws Exception {
    assumeThat(KernelChoice.best())
        .as("vector kernels in this JVM")
        .isNotSameAs(KernelChoice.scalar());
    ChildJvm with =
        ChildJvm.run(
            List.of("-Xmx512m", "--add-modules=jdk.incubator.vector"), MasksOfScenes.class);
    ChildJvm without = ChildJvm.run(List.of("-Xmx512m"), MasksOfScenes.class);

    assertThat(with.exit()).as(with.errors()).isZero();
    assertThat(without.exit()).as(without.errors()).isZero();
    assertThat(without.output()).isEqualTo(with.output()).hasLineCount(MasksOfScenes.SCENES);
    assertThat(without.errors().lines())
        .filteredOn(line -> line.contains(" WARN "))
        .singleElement()
        .asString()
        .contains("start the JVM with --add-modules jdk.incubator.vector");
  }
}
