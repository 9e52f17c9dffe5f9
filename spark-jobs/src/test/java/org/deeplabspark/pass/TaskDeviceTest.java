package org.deeplabspark.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.deeplabspark.engine.EngineSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskDeviceTest {

  @ParameterizedTest
  @CsvSource({"auto, auto:3", "cuda, cuda:3", "cpu, cpu", "cuda:1, cuda:1"})
  void theAssignedGpuIsTakenWhereNoneIsNamed(String asked, String used) {
    TaskDevice device = of(asked, "3", "5");

    assertThat(device.settings().device()).isEqualTo(used);
    assertThat(device.gpu()).isEqualTo("3");
  }

  @Test
  void withoutGpusOfSparkWhatIsAskedStands() {
    TaskDevice device = TaskDevice.of(new EngineSettings("cuda", 1), Map.of());

    assertThat(device).isEqualTo(new TaskDevice("", new EngineSettings("cuda", 1)));
  }

  @Test
  void anAddressThatIsNoNumberIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("cuda", "GPU-8f3c"))
        .withMessage(
            "Invalid GPU address: must be the number of a device, as scripts/gpu-discovery prints, got GPU-8f3c");
  }

  private static TaskDevice of(String asked, String... addresses) {
    return TaskDevice.of(
        new EngineSettings(asked, 1), Map.of("gpu", new ResourceInformation("gpu", addresses)));
  }
}
