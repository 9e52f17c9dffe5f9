package org.deeplabspark.crf.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceMemoryException;
import org.junit.jupiter.api.Test;

class SharedDeviceCrfTest {

  private static final int LABELS = 4;
  private static final CrfSettings FIVE =
      new CrfSettings(5, CrfSettings.deepLabV2().kernels(), 0, 1);
  private static final CrfSettings TWO =
      new CrfSettings(2, CrfSettings.deepLabV2().kernels(), 0, 1);

  private static SharedDeviceCrf open(long budgetBytes) {
    return SharedDeviceCrf.open(
        TestDevice.open(), CrfRuns.of(List.of(FIVE, TWO)), LABELS, budgetBytes, 4);
  }

  private static ScoredPhoto photo(int i) {
    return DevicePhotos.drawn(40 + 7 * i, 30 + 5 * (i % 3), LABELS, "stripes");
  }

  private static void assertAnswers(List<Refined> answers, ScoredPhoto photo) {
    assertThat(answers).hasSize(2);
    int setting = 0;
    for (CrfSettings settings : List.of(FIVE, TWO)) {
      assertThat(answers.get(setting++).mask().labels())
          .isEqualTo(new DenseCrf(settings).refine(photo.image(), photo.scores()).mask().labels());
    }
  }

  /** The budget holds two or three of them at once. */
  @Test
  void threadsShareItAndGetTheAnswersOfTheirPhotographs() {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (SharedDeviceCrf crf = open(DeviceMemory.bytes(3 * 3000, LABELS, FIVE))) {
      assertThat(crf.device()).isNotEmpty();
      List<CompletableFuture<List<Refined>>> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        ScoredPhoto photo = photo(i);
        answers.add(CompletableFuture.supplyAsync(() -> crf.label(photo), threads));
      }
      for (int i = 0; i < 12; i++) {
        assertAnswers(answers.get(i).join(), photo(i));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aPhotographThatNeverFitsIsRefusedBeforeItWaits() {
    long budget = DeviceMemory.bytes(3000, LABELS, FIVE);
    try (SharedDeviceCrf crf = open(budget)) {
      assertThatThrownBy(() -> crf.label(DevicePhotos.drawn(300, 200, LABELS, "plane")))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageMatching(
              "60000 pixels with 4 labels need \\d+ MiB on the device, more than the budget of \\d+ MiB");
      assertAnswers(crf.label(photo(1)), photo(1));
    }
  }

  @Test
  void aDeviceWhoseAnswerDiffersIsNotUsed() {
    FaultyDevice wrong = new FaultyDevice(TestDevice.open());
    wrong.err(2e-3f);
    assertThatThrownBy(
            () -> SharedDeviceCrf.open(wrong, CrfRuns.of(List.of(FIVE)), LABELS, 1 << 30, 4))
        .isInstanceOf(DeviceException.class)
        .hasMessageMatching(".+ is not used: a marginal of a trial scene is .+ there and .+ here");
  }

  /** As on the cores: whether a kernel's deviations are too small depends on the image's size. */
  @Test
  void settingsThatNoCrfCanDoAreEachPhotographsFault() {
    CrfSettings tooFine =
        new CrfSettings(
            1,
            List.of(
                new PairwiseKernel.Bilateral(
                    67,
                    67,
                    0.01f,
                    0.01f,
                    0.01f,
                    new Compatibility.Potts(4),
                    Normalization.SYMMETRIC)),
            0,
            1);
    try (SharedDeviceCrf crf =
        SharedDeviceCrf.open(TestDevice.open(), CrfRuns.of(List.of(tooFine)), LABELS, 1 << 30, 4)) {
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(() -> crf.label(photo(0)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Invalid kernel: deviations too small");
      }
    }
  }

  @Test
  void aDeviceThatFailsOnceIsNotAskedAgain() {
    FaultyDevice failing = new FaultyDevice(TestDevice.open());
    try (SharedDeviceCrf crf =
        SharedDeviceCrf.open(failing, CrfRuns.of(List.of(FIVE, TWO)), LABELS, 1 << 30, 4)) {
      assertAnswers(crf.label(photo(2)), photo(2));
      failing.fail();
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(() -> crf.label(photo(2)))
            .isInstanceOf(DeviceException.class)
            .hasMessage("the device does not answer");
      }
    }
  }
}
