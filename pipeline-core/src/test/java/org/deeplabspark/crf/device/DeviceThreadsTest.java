package org.deeplabspark.crf.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.deeplabspark.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** The order in which a device works leaves no trace. */
class DeviceThreadsTest {

  @Test
  void theSameBytesComeOutForAnyNumberOfThreads() throws IOException, InterruptedException {
    TestDevice.open().close();
    TreeSet<String> digests = new TreeSet<>();
    for (Map<String, String> environment :
        List.of(
            Map.of("POCL_MAX_PTHREAD_COUNT", "1"),
            Map.of("POCL_MAX_PTHREAD_COUNT", "2"),
            Map.of("POCL_MAX_PTHREAD_COUNT", "2"),
            Map.of("POCL_DEVICES", "basic"))) {
      ChildJvm child = ChildJvm.run(environment, List.of(), DigestOfLabels.class);
      assertThat(child.exit()).as(child.errors()).isZero();
      digests.add(child.output());
    }
    assertThat(digests).hasSize(1).allMatch(digest -> digest.matches("[0-9a-f]{64}"));
  }
}
