package org.deeplabspark.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplabspark.crf.CrfMemoryException;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.device.DevicePhotos;
import org.deeplabspark.crf.device.FaultyDevice;
import org.deeplabspark.crf.device.ScoredPhoto;
import org.deeplabspark.crf.device.SharedDeviceCrf;
import org.deeplabspark.crf.device.TestDevice;
import org.deeplabspark.device.DeviceException;
import org.junit.jupiter.api.Test;

/** What a device cannot do is done on the cores, or fails in one line. */
class DeviceRefinerTest {

  private static final CrfRuns RUNS = CrfRuns.of(List.of(CrfSettings.deepLabV2()));
  private static final ScoredPhoto SMALL = DevicePhotos.drawn(40, 30, 5, "stripes");
  private static final ScoredPhoto LARGE = DevicePhotos.drawn(200, 150, 5, "stripes");

  private static byte[] labels(Refiner refiner, ScoredPhoto photo) {
    Refined refined = refiner.refine(photo.image(), photo.scores());
    return refined.mask().labels();
  }

  @Test
  void whatTheDeviceCannotHoldGoesToTheCores() {
    Refiner cores = new CpuRefiner(RUNS);
    try (SharedDeviceCrf device = SharedDeviceCrf.open(TestDevice.open(), RUNS, 5, 8 << 20, 4)) {
      Refiner either = new DeviceRefiner(device, () -> new CpuRefiner(RUNS));
      assertThat(labels(either, SMALL)).isEqualTo(labels(cores, SMALL));
      assertThat(labels(either, LARGE)).isEqualTo(labels(cores, LARGE));

      Refiner deviceOnly = new DeviceRefiner(device, null);
      assertThat(labels(deviceOnly, SMALL)).isEqualTo(labels(cores, SMALL));
      assertThatThrownBy(() -> labels(deviceOnly, LARGE))
          .isInstanceOf(CrfMemoryException.class)
          .hasMessageMatching(
              "Invalid image for the CRF: 200 x 150: 30000 pixels with 5 labels need \\d+ MiB on the"
                  + " device, more than the budget of 8 MiB; raise crf.device-memory-mib, or let the"
                  + " cores do it \\(crf.device = auto or cpu\\)");
      assertThat(labels(deviceOnly, SMALL)).isEqualTo(labels(cores, SMALL));
    }
  }

  @Test
  void aDeviceThatFailsLeavesTheRestToTheCores() {
    FaultyDevice failing = new FaultyDevice(TestDevice.open());
    try (SharedDeviceCrf device = SharedDeviceCrf.open(failing, RUNS, 5, 1 << 30, 4)) {
      failing.fail();
      Refiner either = new DeviceRefiner(device, () -> new CpuRefiner(RUNS));
      assertThat(labels(either, SMALL)).isEqualTo(labels(new CpuRefiner(RUNS), SMALL));
      assertThatThrownBy(() -> labels(new DeviceRefiner(device, null), SMALL))
          .isInstanceOf(DeviceException.class)
          .hasMessage("the device does not answer");
    }
  }
}
