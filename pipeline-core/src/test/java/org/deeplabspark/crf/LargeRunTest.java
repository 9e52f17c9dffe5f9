package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** 150 labels at 1024 x 768 run in a JVM of 4 GB, scores and marginals included. */
class LargeRunTest {

  @Test
  void manyLabelsOnALargeImageRunInFourGigabytes() throws Exception {
    ChildJvm jvm =
        ChildJvm.run(List.of("-Xmx3g", "--add-modules=jdk.incubator.vector"), LargeScene.class);

    assertThat(jvm.exit()).as(jvm.errors()).isZero();
    assertThat(jvm.output()).contains("786432 pixels, each with 150 labels");
    assertThat(Long.parseLong(jvm.output().replaceAll("(?s).*peak (\\d+) MB.*", "$1")))
        .isLessThan(4096);
  }
}
