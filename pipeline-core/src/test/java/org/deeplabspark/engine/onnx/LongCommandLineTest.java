package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** ONNX Runtime must not end a JVM that was started as Spark starts its executors. */
class LongCommandLineTest {

  @Test
  void aLongCommandLineDoesNotOverflowTheStack() throws Exception {
    ChildJvm jvm = ChildJvm.run(List.of("-Dlong=" + "x".repeat(50_000)), OpenAndClose.class);

    assertThat(jvm.exit()).as(jvm.errors()).isZero();
    assertThat(jvm.output()).isEqualTo("opened on cpu");
  }
}
