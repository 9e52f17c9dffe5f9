package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** ONNX Runtime must not end a JVM that Spark has started, nor one that it stops. */
class OnnxProcessTest {

  @Test
  void aLongCommandLineDoesNotOverflowTheStack() throws Exception {
    ChildJvm jvm = ChildJvm.run(List.of("-Dlong=" + "x".repeat(50_000)), OpenAndClose.class);

    assertThat(jvm.exit()).as(jvm.errors()).isZero();
    assertThat(jvm.output()).isEqualTo("opened on cpu");
  }

  /**
   * Workers are in the network while a process is told to end; its environment must outlive them.
   */
  @Test
  void theEnvironmentIsNotFreedBeforeTheProcessIsGone() throws Exception {
    ChildJvm jvm =
        ChildJvm.run(
            List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"),
            OpenWhileExiting.class);

    assertThat(jvm.exit()).as(jvm.errors()).isZero();
    assertThat(jvm.output().lines()).as(jvm.errors()).containsOnly("opened on cpu").hasSize(2);
  }
}
