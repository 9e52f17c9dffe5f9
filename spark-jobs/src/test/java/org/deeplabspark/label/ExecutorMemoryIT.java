package org.deeplabspark.label;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor's memory does not grow with the number of images that it has seen. */
class ExecutorMemoryIT {

  private static final int IMAGES = 2000;

  @Test
  void theResidentSetIsFlatFromTheHundredthImageOn(@TempDir Path dir) throws Exception {
    List<MemorySoak.Sample> samples = MemorySoak.run(dir, IMAGES, 112, 84);

    assertThat(samples.get(samples.size() - 1).images()).isEqualTo(IMAGES);
    assertThat(MemorySoak.growth(samples)).as(samples.toString()).isLessThan(0.05);
  }
}
