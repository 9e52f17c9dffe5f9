package org.deeplabspark.crf.device;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.GoldenRuns;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.Devices;

/**
 * What the CRF does and takes on every device of the machine: reference runs, the labels of VOC
 * photographs against those of Java, batches of one photograph, and the time of each kernel. See
 * {@code scripts/benchmarks/gpu}.
 */
final class DeviceBenchmark {

  private static final CrfSettings SETTINGS = CrfSettings.deepLabV2();
  private static final int ROUNDS = 7;
  private static final int WARM_UP = 2;

  private DeviceBenchmark() {}

  /** {@code parity}, {@code speed} or both. */
  public static void main(String[] arguments) throws NoSuchAlgorithmException {
    List<String> parts = arguments.length == 0 ? List.of("parity", "speed") : List.of(arguments);
    List<Device> devices = Devices.openAll();
    if (devices.isEmpty()) {
      System.out.println("no CUDA or OpenCL device");
    }
    List<ScoredPhoto> photos = DevicePhotos.voc();
    for (Device device : devices) {
      try (device) {
        System.out.printf(
            "%s, %d MiB, %s%n",
            device.name(), device.memoryBytes() >> 20, device.isGpu() ? "a GPU" : "no GPU");
        if (parts.contains("parity")) {
          referenceRuns(device);
          labels(device, photos);
        }
        if (parts.contains("speed")) {
          speed(new CountingDevice(device), photos.get(0));
        }
      }
    }
  }

  private static void referenceRuns(Device device) {
    float largest = 0;
    int changed = 0;
    int runs = 0;
    for (GoldenRuns.Run run : GoldenRuns.all()) {
      try (DeviceCrf crf = new DeviceCrf(device, run.settings(1), Long.MAX_VALUE)) {
        var marginals = crf.marginals(run.image(), run.unary());
        largest = Math.max(largest, run.largestDifference(marginals));
        changed += run.changedPixels(marginals);
        runs++;
      }
    }
    System.out.printf(
        "  %d reference runs: marginals differ by at most %.2e, %d labels where there is no tie%n",
        runs, largest, changed);
  }

  private static void labels(Device device, List<ScoredPhoto> photos)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    DenseCrf java = new DenseCrf(SETTINGS);
    long differing = 0;
    long pixels = 0;
    try (DeviceCrf crf = new DeviceCrf(device, SETTINGS, Long.MAX_VALUE)) {
      for (ScoredPhoto photo : photos) {
        byte[] ours = crf.label(List.of(photo)).get(0).mask().labels();
        byte[] theirs = java.refine(photo.image(), photo.scores()).mask().labels();
        for (int pixel = 0; pixel < ours.length; pixel++) {
          differing += ours[pixel] == theirs[pixel] ? 0 : 1;
        }
        pixels += ours.length;
        digest.update(ours);
      }
    }
    System.out.printf(
        "  %d VOC photographs from small scores: %d of %d labels are not Java's; SHA-256 %s%n",
        photos.size(), differing, pixels, HexFormat.of().formatHex(digest.digest(), 0, 8));
  }

  private static void speed(CountingDevice device, ScoredPhoto photo) {
    System.out.printf(
        "  %d x %d, %d labels, %d iterations; milliseconds, median and best of %d%n",
        photo.image().width(),
        photo.image().height(),
        photo.scores().classes(),
        SETTINGS.iterations(),
        ROUNDS);
    for (int count = 1; count <= 16; count *= 2) {
      try (DeviceCrf crf = new DeviceCrf(device, SETTINGS, Long.MAX_VALUE)) {
        batch(device, crf, Collections.nCopies(count, photo));
      }
    }
  }

  private static void batch(CountingDevice device, DeviceCrf crf, List<ScoredPhoto> photos) {
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      device.restart(false);
      long start = System.nanoTime();
      List<Refined> answers = crf.label(copies(photos));
      if (round >= WARM_UP) {
        millis.add((System.nanoTime() - start) / 1e6);
      }
      requireEqual(answers);
    }
    Collections.sort(millis);
    double median = millis.get(ROUNDS / 2);
    System.out.printf(
        Locale.ROOT,
        "  batch of %2d: %.2f, %.2f; an image %.2f; %d launches, %d waits, %.2f MB up, %.2f MB down, %d MiB%n",
        photos.size(),
        median,
        millis.get(0),
        median / photos.size(),
        device.launches(),
        device.reads(),
        device.bytesUp() / 1e6,
        device.bytesDown() / 1e6,
        crf.workspaceBytes() >> 20);
    device.restart(true);
    crf.label(copies(photos));
    StringBuilder line = new StringBuilder("    by kernel:");
    device.nanos().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            kernel ->
                line.append(
                    String.format(
                        Locale.ROOT, " %s %.2f", kernel.getKey(), kernel.getValue() / 1e6)));
    System.out.println(line);
  }

  /** Other objects with the same pixels, so that no lattice over colours is used again. */
  private static List<ScoredPhoto> copies(List<ScoredPhoto> photos) {
    return photos.stream()
        .map(
            photo ->
                new ScoredPhoto(
                    new org.deeplabspark.image.RgbImage(
                        photo.image().width(), photo.image().height(), photo.image().rgb()),
                    photo.scores()))
        .toList();
  }

  private static void requireEqual(List<Refined> answers) {
    for (Refined answer : answers) {
      if (!Arrays.equals(answer.mask().labels(), answers.get(0).mask().labels())) {
        throw new IllegalStateException("photographs of a batch disturb each other");
      }
    }
  }
}
