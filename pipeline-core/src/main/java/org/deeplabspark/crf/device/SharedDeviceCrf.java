package org.deeplabspark.crf.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.device.DynamicBatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CRF on a device for several threads, under one or more settings: photographs that wait for it
 * at the same moment are labelled together. Thread-safe.
 */
public final class SharedDeviceCrf implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SharedDeviceCrf.class);

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
      for (CrfRuns.Run run : runs.runs()) {
        shared.crf.use(run.settings());
        shared.crf.compile(labels);
        int iterations = run.byIterations().lastKey();
        new DeviceTrial(labels)
            .require(shared.crf, new CrfSettings(iterations, run.settings().kernels(), 0, 1));
      }
      trusted = true;
      return shared;
    } finally {
      if (!trusted) {
        shared.close();
      }
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
    // By the thread that brings it: the one that leads a batch would do it for all.
    runs.runs().stream()
        .map(run -> run.settings().retireBelow())
        .filter(probability -> probability > 0)
        .forEach(photo::above);
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
      LOG.warn("{} is not asked again: {}", device.name(), broken);
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
