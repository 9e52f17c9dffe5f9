package org.deeplabspark.crf.device;

import java.util.stream.Stream;
import org.deeplabspark.crf.GoldenRuns;
import org.deeplabspark.device.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The reference's answers, run by run, on a device. */
class GoldenDeviceCrfTest {

  private static Device device;

  @BeforeAll
  static void open() {
    device = TestDevice.open();
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyReferenceRunMatches() {
    return GoldenRuns.all().stream()
        .map(run -> DynamicTest.dynamicTest(run.name(), () -> matches(run)));
  }

  private static void matches(GoldenRuns.Run run) {
    try (DeviceCrf crf = new DeviceCrf(device, run.settings(1), Long.MAX_VALUE)) {
      run.requireMatch(crf.marginals(run.image(), run.unary()));
    }
  }
}
