package org.deeplabspark.crf.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.Unary;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Softmax;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CRF on a device against the one in Java. */
class DeviceCrfTest {

  private static final long MUCH = 8L << 30;
  private static final CrfSettings ALL_LABELS =
      new CrfSettings(5, CrfSettings.deepLabV2().kernels(), 0, 1);

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

  private static FeatureMap unary(ScoredPhoto photo) {
    return Unary.fromProbabilities(photo.scores().probabilities());
  }

  private static double largestDifference(FeatureMap a, FeatureMap b) {
    double largest = 0;
    for (int i = 0; i < a.values().length; i++) {
      largest = Math.max(largest, Math.abs(a.values()[i] - b.values()[i]));
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2, noise", "1, 7, 5, noise", "7, 1, 1, noise", "1000, 3, 4, stripes",
    "300, 200, 21, plane", "160, 120, 21, noise", "64, 48, 150, noise", "40, 30, 255, stripes"
  })
  void hardCasesAgreeWithJava(int width, int height, int labels, String pattern) {
    ScoredPhoto photo = DevicePhotos.drawn(width, height, labels, pattern);
    FeatureMap java = new DenseCrf(ALL_LABELS).marginals(photo.image(), unary(photo));

    try (DeviceCrf crf = new DeviceCrf(device, ALL_LABELS, MUCH)) {
      FeatureMap marginals = crf.marginals(photo.image(), unary(photo));
      assertThat(largestDifference(java, marginals)).isLessThanOrEqualTo(1e-5);
      assertThat(marginals.argMax()).isEqualTo(java.argMax());

      Refined labelled = crf.label(List.of(photo)).get(0);
      assertAgrees(labelled, java, LabelMask.argMax(photo.scores().logits()));
    }
  }

  private static void assertAgrees(Refined labelled, FeatureMap java, LabelMask before) {
    LabelMask after = LabelMask.argMax(java);
    assertThat(labelled.mask().labels()).isEqualTo(after.labels());
    double confidence = 0;
    int changed = 0;
    for (int pixel = 0; pixel < after.pixels(); pixel++) {
      confidence += java.values()[after.label(pixel) * after.pixels() + pixel];
      changed += after.label(pixel) == before.label(pixel) ? 0 : 1;
    }
    assertThat(labelled.meanConfidence())
        .isCloseTo((float) (confidence / after.pixels()), within(1e-5f));
    assertThat(labelled.changedFraction()).isEqualTo((double) changed / after.pixels());
  }

  @Test
  void probabilitiesAreLoggedAfterTheyAreResized() {
    ScoredPhoto drawn = DevicePhotos.drawn(90, 60, 4, "stripes");
    NetworkScores logits = drawn.scores();
    FeatureMap map = logits.map();
    Softmax.inPlace(map);
    map.values()[0] = 0; // the logarithm has a floor
    ScoredPhoto photo =
        new ScoredPhoto(
            drawn.image(),
            new NetworkScores(map, logits.rows(), logits.columns(), OutputKind.PROBABILITIES));
    FeatureMap java = new DenseCrf(ALL_LABELS).marginals(photo.image(), unary(photo));

    try (DeviceCrf crf = new DeviceCrf(device, ALL_LABELS, MUCH)) {
      assertAgrees(
          crf.label(List.of(photo)).get(0), java, LabelMask.argMax(photo.scores().logits()));
    }
  }

  /** Also with Java's default, which leaves labels out that are small; memory as it was told. */
  @Test
  void vocPhotographsGetTheLabelsThatJavaGives() {
    CrfSettings settings = CrfSettings.deepLabV2();
    DenseCrf java = new DenseCrf(settings);
    for (ScoredPhoto photo : DevicePhotos.voc()) {
      long bytes = DeviceMemory.bytes(photo.image().pixels(), 21, settings);
      try (DeviceCrf crf = new DeviceCrf(device, settings, bytes)) {
        assertThat(crf.label(List.of(photo)).get(0).mask().labels())
            .isEqualTo(java.refine(photo.image(), photo.scores()).mask().labels());
      }
    }
  }

  @Test
  void aBatchOfAnySizesGivesWhatEachPhotographGivesAlone() {
    List<ScoredPhoto> photos =
        List.of(
            DevicePhotos.drawn(80, 50, 6, "stripes"),
            DevicePhotos.drawn(1, 1, 6, "noise"),
            DevicePhotos.drawn(33, 97, 6, "noise"),
            DevicePhotos.drawn(80, 50, 6, "stripes"));
    try (DeviceCrf crf = new DeviceCrf(device, CrfSettings.deepLabV2(), MUCH)) {
      List<Refined> together = crf.label(photos);
      for (int i = 0; i < photos.size(); i++) {
        Refined alone = crf.label(List.of(photos.get(i))).get(0);
        assertThat(together.get(i).mask().labels()).isEqualTo(alone.mask().labels());
        assertThat(together.get(i).meanConfidence()).isEqualTo(alone.meanConfidence());
        assertThat(together.get(i).changedFraction()).isEqualTo(alone.changedFraction());
      }
    }
  }

  /** Scores of 21 labels of which two or three matter; the others have this probability, about. */
  private static ScoredPhoto fewLabels(int width, double smallProbability) {
    ScoredPhoto drawn = DevicePhotos.drawn(width, 50, 21, "stripes");
    NetworkScores scores = drawn.scores();
    float[] values = scores.map().values();
    int plane = scores.map().planeSize();
    for (int i = 0; i < values.length; i++) {
      boolean matters = i / plane == 2 || i / plane == 20;
      values[i] = matters ? values[i] / 16 : (float) Math.log(smallProbability) + values[i] / 800;
    }
    return drawn;
  }

  @Test
  void labelsThatNeverMatterTakeNoMemory() {
    CrfSettings retiring = CrfSettings.deepLabV2();
    CrfSettings all = new CrfSettings(10, retiring.kernels(), 0, 1);
    ScoredPhoto photo = fewLabels(80, 1e-5);
    byte[] java = new DenseCrf(all).refine(photo.image(), photo.scores()).mask().labels();
    try (DeviceCrf few = new DeviceCrf(device, retiring, MUCH);
        DeviceCrf every = new DeviceCrf(device, all, MUCH)) {
      assertThat(few.label(List.of(photo)).get(0).mask().labels()).isEqualTo(java);
      assertThat(every.label(List.of(photo)).get(0).mask().labels()).isEqualTo(java);
      assertThat(few.redone()).isZero();
      assertThat(few.workspaceBytes()).isLessThan(every.workspaceBytes() / 3 * 2);
    }
  }

  /** Nineteen labels of less than a thousandth each are together too much to be left out. */
  @Test
  void whereLabelsThatRetiredMatterTogetherThePhotographIsDoneAgain() {
    CrfSettings retiring = CrfSettings.deepLabV2();
    CrfSettings all = new CrfSettings(10, retiring.kernels(), 0, 1);
    ScoredPhoto many = fewLabels(80, 9e-4);
    ScoredPhoto few = fewLabels(60, 1e-5);
    try (DeviceCrf crf = new DeviceCrf(device, retiring, MUCH)) {
      List<Refined> answers = crf.label(List.of(few, many));
      assertThat(crf.redone()).isEqualTo(1);
      int i = 0;
      for (ScoredPhoto photo : List.of(few, many)) {
        Refined java = new DenseCrf(all).refine(photo.image(), photo.scores());
        assertThat(answers.get(i).mask().labels()).isEqualTo(java.mask().labels());
        assertThat(answers.get(i++).meanConfidence())
            .isCloseTo(java.meanConfidence(), within(1e-5f));
      }
    }
  }

  @Test
  void itMayChangeSettingsBetweenPhotographs() {
    ScoredPhoto photo = DevicePhotos.drawn(70, 40, 5, "stripes");
    List<CrfSettings> all = new ArrayList<>();
    for (Normalization normalization : Normalization.values()) {
      all.add(
          new CrfSettings(
              3,
              List.of(
                  new PairwiseKernel.Bilateral(
                      20, 20, 9, 9, 9, new Compatibility.Potts(2), normalization),
                  new PairwiseKernel.Gaussian(2, 3, new Compatibility.Potts(-0.5f), normalization)),
              0,
              1));
    }
    all.add(new CrfSettings(0, all.get(0).kernels(), 0, 1));
    all.add(new CrfSettings(4, List.of(), 0, 1));
    try (DeviceCrf crf = new DeviceCrf(device, all.get(0), MUCH)) {
      for (CrfSettings settings : all) {
        crf.use(settings);
        assertThat(
                largestDifference(
                    new DenseCrf(settings).marginals(photo.image(), unary(photo)),
                    crf.marginals(photo.image(), unary(photo))))
            .isLessThanOrEqualTo(1e-5);
      }
    }
  }

  @Test
  void memoryIsKnownBeforeTheRun() {
    ScoredPhoto photo = DevicePhotos.drawn(400, 300, 21, "stripes");
    int pixels = photo.image().pixels();
    long bytes = DeviceMemory.bytes(pixels, 21, ALL_LABELS);
    try (DeviceCrf crf = new DeviceCrf(device, ALL_LABELS, bytes)) {
      crf.label(List.of(photo));
      assertThat(crf.workspaceBytes()).isBetween(bytes / 4, bytes);
      crf.label(List.of(photo));
      assertThat(crf.workspaceBytes()).isBetween(bytes / 4, bytes);
    }
  }

  @Test
  void whatDoesNotFitTheBudgetLeavesItUsable() {
    ScoredPhoto small = DevicePhotos.drawn(40, 30, 3, "stripes");
    ScoredPhoto large = DevicePhotos.drawn(400, 300, 3, "noise");
    long budget = DeviceMemory.bytes(small.image().pixels(), 3, ALL_LABELS);
    try (DeviceCrf crf = new DeviceCrf(device, ALL_LABELS, budget)) {
      byte[] before = crf.label(List.of(small)).get(0).mask().labels();
      assertThatThrownBy(() -> crf.label(List.of(small, large)))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageMatching("\\d+ MiB on the device are more than its budget of \\d+ MiB");
      assertThat(crf.workspaceBytes()).isZero();
      assertThat(crf.label(List.of(small)).get(0).mask().labels()).isEqualTo(before);
    }
  }

  /** At any of its allocations. */
  @Test
  void aDeviceThatIsFullLeavesItUsable() {
    ScoredPhoto photo = DevicePhotos.drawn(60, 40, 5, "stripes");
    FaultyDevice full = new FaultyDevice(device);
    try (DeviceCrf crf = new DeviceCrf(full, ALL_LABELS, MUCH)) {
      byte[] expected = crf.label(List.of(photo)).get(0).mask().labels();
      int allocations = full.allocations();
      assertThat(allocations).isGreaterThan(20);
      ScoredPhoto larger = DevicePhotos.drawn(120, 80, 5, "stripes");
      for (int allowed = 0; allowed < allocations; allowed++) {
        full.allow(allowed);
        assertThatThrownBy(() -> crf.label(List.of(larger)))
            .isInstanceOf(DeviceMemoryException.class);
      }
      full.allow(Integer.MAX_VALUE);
      assertThat(crf.label(List.of(photo)).get(0).mask().labels()).isEqualTo(expected);
    }
  }

  @Test
  void moreLabelsThanAMaskHasIdsAreRefused() {
    ScoredPhoto photo = DevicePhotos.drawn(4, 4, 256, "noise");
    try (DeviceCrf crf = new DeviceCrf(device, ALL_LABELS, MUCH)) {
      assertThatThrownBy(() -> crf.label(List.of(photo)))
          .hasMessage("Invalid scores: at most 255 labels, got 256");
    }
  }

  @Test
  void scoresThatAreNotFiniteOrOfAnotherSizeAreRefused() {
    ScoredPhoto photo = DevicePhotos.drawn(4, 4, 3, "noise");
    RgbImage other = new RgbImage(3, 4, new byte[36]);
    assertThatThrownBy(() -> new ScoredPhoto(other, photo.scores()))
        .hasMessage("Invalid scores: must be of the image's size 3 x 4, got 4 x 4");
    photo.scores().map().values()[5] = Float.NaN;
    assertThatThrownBy(() -> new ScoredPhoto(photo.image(), photo.scores()))
        .hasMessageStartingWith("Invalid scores: must be finite, got NaN");
  }
}
