package org.deeplabspark.crf.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.Unary;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.device.DynamicBatcher;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;

/**
 * A CRF on a device for several threads, under one or more settings: photographs that wait for it
 * at the same moment are labelled together. Thread-safe.
 */
public final class SharedDeviceCrf implements AutoCloseable {

  /** Most that a marginal may differ from Java's when the device is tried out. */
  private static final float MAX_DIFFERENCE = 1e-4f;

  /** Share of its labels that may differ, where two are as likely. */
  private static final double MOST_TIES = 0.01;

  private static final int TRIAL_WIDTH = 48;
  private static final int TRIAL_HEIGHT = 32;

  private final Device device;
  private final DeviceCrf crf;
  private final CrfRuns runs;
  private final long budgetBytes;
  private final DynamicBatcher<ScoredPhoto, List<Refined>> batcher;
  private String broken; // why it is not used any more

  private SharedDeviceCrf(Device device, CrfRuns runs, long budgetBytes, int maxBatch) {
    this.device = device;
    this.runs = runs;
    this.budgetBytes = budgetBytes;
    crf = new DeviceCrf(device, runs.runs().get(0).settings(), budgetBytes);
    batcher = new DynamicBatcher<>(1, maxBatch, SharedDeviceCrf::kind, this::run);
  }

  /**
   * Takes a device over, compiles all kernels and compares what they say of a small scene with what
   * the CRF in Java says.
   *
   * @param device is closed with this, also where this fails
   * @param labels of the photographs to come
   * @param budgetBytes of the device's memory that may be used; 0 for a quarter of it
   * @param maxBatch photographs at once, at least 1
   * @throws DeviceException if it fails or its answer differs
   */
  public static SharedDeviceCrf open(
      Device device, CrfRuns runs, int labels, long budgetBytes, int maxBatch) {
    long budget = budgetBytes == 0 ? device.memoryBytes() / 4 : budgetBytes;
    SharedDeviceCrf shared = new SharedDeviceCrf(device, runs, budget, maxBatch);
    boolean trusted = false;
    try {
      shared.tryOut(labels);
      trusted = true;
      return shared;
    } finally {
      if (!trusted) {
        shared.close();
      }
    }
  }

  private void tryOut(int labels) {
    int pixels = TRIAL_WIDTH * TRIAL_HEIGHT;
    byte[] rgb = new byte[3 * pixels];
    float[] probabilities = new float[labels * pixels];
    Arrays.fill(probabilities, 0.5f / labels);
    for (int pixel = 0; pixel < pixels; pixel++) {
      int x = pixel % TRIAL_WIDTH;
      int y = pixel / TRIAL_WIDTH;
      boolean inside = (x - 20) * (x - 20) + (y - 14) * (y - 14) < 90;
      for (int i = 0; i < 3; i++) {
        rgb[3 * pixel + i] = (byte) ((inside ? 180 - 30 * i : 60 + 20 * i) + (5 * x + 3 * y) % 7);
      }
      int label = (inside ? 1 : 0) + (x / 9 + y / 7) % 3;
      probabilities[label % labels * pixels + pixel] += 0.5f;
    }
    RgbImage image = new RgbImage(TRIAL_WIDTH, TRIAL_HEIGHT, rgb);
    FeatureMap map = new FeatureMap(labels, TRIAL_HEIGHT, TRIAL_WIDTH, probabilities);
    for (CrfRuns.Run run : runs.runs()) {
      crf.use(run.settings());
      crf.compile(labels);
      int iterations = run.byIterations().lastKey();
      compare(image, map, new CrfSettings(iterations, run.settings().kernels(), 0, 1));
    }
  }

  private void compare(RgbImage image, FeatureMap probabilities, CrfSettings settings) {
    crf.use(settings);
    DenseCrf onCores = new DenseCrf(settings);
    FeatureMap unary = Unary.fromProbabilities(probabilities);
    float[] java;
    try {
      java = onCores.marginals(image, unary).values();
    } catch (IllegalArgumentException e) {
      return; // settings that no CRF can do: each image says so, here as on the cores
    }
    float[] ours = crf.marginals(image, unary).values();
    for (int i = 0; i < java.length; i++) {
      if (!(Math.abs(ours[i] - java[i]) <= MAX_DIFFERENCE)) {
        throw new DeviceException(
            String.format(
                "%s is not used: a marginal of a trial scene is %.6f there and %.6f here",
                device.name(), ours[i], java[i]));
      }
    }
    NetworkScores scores = NetworkScores.ofFullSize(probabilities, OutputKind.PROBABILITIES);
    byte[] labels = crf.label(List.of(new ScoredPhoto(image, scores))).get(0).mask().labels();
    byte[] expected = onCores.refine(image, scores).mask().labels();
    int differing = 0;
    for (int pixel = 0; pixel < labels.length; pixel++) {
      differing += labels[pixel] == expected[pixel] ? 0 : 1;
    }
    if (differing > MOST_TIES * labels.length) {
      throw new DeviceException(
          String.format(
              "%s is not used: %d of %d labels of a trial scene are others there",
              device.name(), differing, labels.length));
    }
  }

  /** The device's name. */
  public String device() {
    return device.name();
  }

  /** Bytes of the device's memory that are used at most. */
  public long budgetBytes() {
    return budgetBytes;
  }

  /**
   * Labels a photograph, alone or with those of other threads.
   *
   * @return one answer for each setting, in the order of the list that the runs were made of
   * @throws DeviceMemoryException if it does not fit the budget or the device, whatever else waits
   * @throws DeviceException if the device fails, now or earlier
   */
  public List<Refined> label(ScoredPhoto photo) {
    long bytes = bytes(photo.image().pixels(), photo);
    if (bytes > budgetBytes) {
      throw new DeviceMemoryException(
          String.format(
              "%d pixels with %d labels need %d MiB on the device, more than the budget of %d MiB",
              photo.image().pixels(), photo.scores().classes(), bytes >> 20, budgetBytes >> 20));
    }
    return batcher.submit(photo);
  }

  private long bytes(long pixels, ScoredPhoto photo) {
    return runs.runs().stream()
        .mapToLong(run -> DeviceMemory.bytes(pixels, photo.scores().classes(), run.settings()))
        .max()
        .orElseThrow();
  }

  private static List<Object> kind(ScoredPhoto photo) {
    return List.of(photo.scores().classes(), photo.scores().kind());
  }

  /** Runs photographs of one kind, as many at once as fit the budget. */
  private List<List<Refined>> run(List<ScoredPhoto> photos) {
    if (broken != null) {
      throw new DeviceException(broken);
    }
    List<List<Refined>> answers = new ArrayList<>();
    List<ScoredPhoto> next = new ArrayList<>();
    long pixels = 0;
    for (ScoredPhoto photo : photos) {
      if (!next.isEmpty() && bytes(pixels + photo.image().pixels(), photo) > budgetBytes) {
        answers.addAll(together(next));
        next.clear();
        pixels = 0;
      }
      next.add(photo);
      pixels += photo.image().pixels();
    }
    answers.addAll(together(next));
    return answers;
  }

  private List<List<Refined>> together(List<ScoredPhoto> photos) {
    List<List<Refined>> answers = new ArrayList<>();
    photos.forEach(photo -> answers.add(new ArrayList<>(Collections.nCopies(runs.size(), null))));
    try {
      for (CrfRuns.Run run : runs.runs()) {
        crf.use(run.settings());
        crf.label(
            photos,
            run.byIterations().keySet(),
            (refined, iterations) -> {
              for (int setting : run.byIterations().get(iterations)) {
                for (int i = 0; i < photos.size(); i++) {
                  answers.get(i).set(setting, refined.get(i));
                }
              }
            });
      }
      return answers;
    } catch (DeviceMemoryException e) {
      throw e;
    } catch (DeviceException e) {
      broken = e.getMessage();
      throw e;
    }
  }

  /** Gives the device back; closing twice does nothing. */
  @Override
  public void close() {
    try {
      crf.close();
    } finally {
      device.close();
    }
  }
}
