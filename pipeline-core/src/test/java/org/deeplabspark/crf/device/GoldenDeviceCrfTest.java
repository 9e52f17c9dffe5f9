package org.deeplabspark.crf.device;

import java.util.stream.Stream;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.GoldenRuns;
import org.deeplabspark.device.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The reference's answers, run by run, on a device. */
class GoldenDeviceCrfTest {

  private static Device device;
  private static DeviceCrf crf; // of all runs, which give one another nothing but buffers

  @BeforeAll
  static void open() {
    device = TestDevice.open();
    crf = new DeviceCrf(device, CrfSettings.deepLabV2(), Long.MAX_VALUE);
  }

  @AfterAll
  static void close() {
    if (device != null) {
      crf.close();
      device.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyReferenceRunMatches() {
    return GoldenRuns.all().stream()
        .map(run -> DynamicTest.dynamicTest(run.name(), () -> matches(run)));
  }

  private static void matches(GoldenRuns.Run run) {
    crf.use(run.settings(1));
    run.requireMatch(crf.marginals(run.image(), run.unary()));
  }
}
