package org.deeplabspark.label;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.deeplabspark.crf.CrfMemory;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.device.DeviceMemory;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.settings.PassSettings;

/**
 * What an executor needs at most, by component, when all its workers have the largest image at
 * once. Estimates: what a network's inner layers take is taken for as much as three maps of scores
 * at full size, which ONNX Runtime's arena stayed below on the networks that were tried.
 *
 * @param bytes by component, in the order they are to be told
 * @param crfDeviceBytes of a device's memory for a batch of CRFs, 0 where no device is looked for
 * @param crfDeviceImages of that batch
 */
record MemoryPlan(Map<String, Long> bytes, long crfDeviceBytes, int crfDeviceImages) {

  private static final int BYTES_PER_FLOAT = 4;
  private static final int ACTIVATION_MAPS = 3;

  /** The decoder's own raster of up to 4 bytes a pixel, then ours of 3. */
  private static final int DECODE_BYTES_PER_PIXEL = 7;

  /** The broadcast block, the array made of it, and the session's own copy. */
  private static final int COPIES_OF_WEIGHTS = 3;

  /** Bytes of a JVM with Spark in it and no work. */
  private static final long SPARK_BYTES = 400L << 20;

  /**
   * Estimates.
   *
   * @param pixels of the largest image
   * @param workers images that an executor works on at once
   */
  static MemoryPlan of(Model model, PassSettings settings, long pixels, int workers) {
    Optional<CrfSettings> crf = settings.segment().crf();
    int labels = model.card().classes().size();
    long scores = (long) BYTES_PER_FLOAT * pixels * labels;
    long atOnce = workers;
    int width = (int) Math.ceil(Math.sqrt(pixels * 4 / 3.));
    int height = (int) Math.ceil(pixels / (double) width);
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("Spark itself", SPARK_BYTES);
    bytes.put("weights", (long) COPIES_OF_WEIGHTS * model.weights().length);
    bytes.put("network's activations", ACTIVATION_MAPS * atOnce * scores);
    bytes.put(
        "scores", atOnce * CrfMemory.scoreBytes(width, height, labels, mapHeight(model, height)));
    bytes.put(
        "CRF workspace",
        crf.filter(c -> !settings.crfDevice().isRequired())
            .map(c -> atOnce * CrfMemory.workspaceBytes(width, height, labels, c))
            .orElse(0L));
    bytes.put("decoding", DECODE_BYTES_PER_PIXEL * atOnce * pixels);
    bytes.put("files read ahead", atOnce * settings.readAheadBytes());
    int batch = Math.min(workers, settings.crfDevice().batch());
    return new MemoryPlan(
        bytes,
        crf.filter(c -> settings.crfDevice().isWanted())
            .map(c -> DeviceMemory.bytes(batch * pixels, labels, c))
            .orElse(0L),
        batch);
  }

  /** Rows of the network's map for an image of this height. */
  private static int mapHeight(Model model, int height) {
    int input =
        model.card().input().size() instanceof SizePolicy.Fixed fixed
            ? fixed.height()
            : ((SizePolicy.Free) model.card().input().size()).holding(height);
    return model.card().output().scores(input);
  }

  long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
