package org.deeplabspark.pass;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.settings.Settings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskThreadsTest {

  @ParameterizedTest
  @CsvSource({
    // cores, engine.threads, crf.threads -> workers, engine, crf
    "1, 1, 1, 1, 1, 1",
    "1, 4, 8, 1, 1, 1",
    "4, 1, 1, 4, 1, 1",
    "4, 2, 1, 2, 2, 1",
    "4, 1, 3, 1, 1, 3",
    "8, 2, 4, 2, 2, 4",
    "8, 16, 1, 1, 8, 1",
  })
  void coresAreSharedOutAndNeverExceeded(
      int cores, int engineAsked, int crfAsked, int workers, int engine, int crf) {
    PassSettings settings =
        PassSettings.of(
            Settings.reference()
                .with("engine.threads", "" + engineAsked, "test")
                .with("crf.threads", "" + crfAsked, "test"));

    TaskThreads threads = TaskThreads.of(settings, cores);

    assertThat(threads).isEqualTo(new TaskThreads(workers, engine, crf));
    assertThat(workers * Math.max(engine, crf)).isLessThanOrEqualTo(cores);
    PassSettings here = settings.onThreads(threads.engine(), threads.crf());
    assertThat(here.engine().threads()).isEqualTo(engine);
    assertThat(here.segment().crf().orElseThrow().threads()).isEqualTo(crf);
  }
}
