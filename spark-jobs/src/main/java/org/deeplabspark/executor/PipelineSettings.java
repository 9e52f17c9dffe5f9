package org.deeplabspark.executor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.engine.Augmentation;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.segment.SegmentSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ReadLimits;

/**
 * Settings as the pipeline takes them. Every method throws {@link UsageException} for a value out
 * of its range.
 */
public final class PipelineSettings {

  private PipelineSettings() {}

  /** {@code image.*} and {@code crf.*}. */
  public static SegmentSettings segment(Settings settings) {
    double megapixels = settings.number("image.max-megapixels", 1e-6, 2147);
    Optional<CrfSettings> crf =
        settings.flag("crf.enabled") ? Optional.of(crf(settings)) : Optional.empty();
    return new SegmentSettings(megapixels, ReadLimits.of(settings).maxTime(), crf);
  }

  private static CrfSettings crf(Settings settings) {
    Normalization normalization =
        Normalization.valueOf(
            settings
                .choice("crf.normalization", List.of("none", "before", "after", "symmetric"))
                .toUpperCase(Locale.ROOT));
    float near = deviation(settings, "crf.gaussian.xy-std");
    float far = deviation(settings, "crf.bilateral.xy-std");
    float color = deviation(settings, "crf.bilateral.rgb-std");
    return new CrfSettings(
        settings.integer("crf.iterations", 0, 1000),
        List.of(
            new PairwiseKernel.Gaussian(
                near, near, weight(settings, "crf.gaussian.weight"), normalization),
            new PairwiseKernel.Bilateral(
                far,
                far,
                color,
                color,
                color,
                weight(settings, "crf.bilateral.weight"),
                normalization)),
        (float) settings.number("crf.retire-below", 0, 0.01),
        crfThreads(settings));
  }

  private static float deviation(Settings settings, String key) {
    return (float) settings.number(key, 1e-3, 1e6);
  }

  private static Compatibility weight(Settings settings, String key) {
    return new Compatibility.Potts((float) settings.number(key, 0, 1e6));
  }

  /** Threads of one image's CRF. */
  static int crfThreads(Settings settings) {
    return settings.integer("crf.threads", 1, 1024);
  }

  /** Threads of one inference. */
  static int engineThreads(Settings settings) {
    return settings.integer("engine.threads", 1, 1024);
  }

  /** {@code engine.*}. */
  public static EngineSettings engine(Settings settings) {
    try {
      return new EngineSettings(
          settings.text("engine.device"),
          engineThreads(settings),
          settings.integer("engine.device-users", 1, 64),
          settings.integer("engine.batch", 0, 256),
          augmentation(settings));
    } catch (UsageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid engine.device: " + e.getMessage(), e);
    }
  }

  private static Augmentation augmentation(Settings settings) {
    String scales = settings.text("inference.scales");
    try {
      return new Augmentation(
          Arrays.stream(scales.split(",", -1)).map(String::strip).map(Double::valueOf).toList(),
          settings.flag("inference.flip"));
    } catch (NumberFormatException e) {
      throw new UsageException(
          "Invalid inference.scales: must be numbers like 0.5,0.75,1, got " + scales, e);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid inference.scales: " + e.getMessage(), e);
    }
  }

  /**
   * SHA-256 over the settings that masks depend on, and no others: two runs with equal digests of
   * settings and model give equal masks. Devices, threads, partitions and limits are not among
   * them, and the CRF's parameters only where it is on.
   */
  public static String digest(Settings settings) {
    SortedMap<String, String> lines = new TreeMap<>();
    lines.put("segment.mask-codec", settings.text("segment.mask-codec"));
    lines.put("crf.enabled", settings.text("crf.enabled"));
    Augmentation augmentation = augmentation(settings);
    if (!augmentation.equals(Augmentation.NONE)) {
      lines.put("inference", augmentation.toString());
    }
    segment(settings)
        .crf()
        .ifPresent(
            crf ->
                lines.put("crf", crf.iterations() + " " + crf.kernels() + " " + crf.retireBelow()));
    return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Reads all of them and drops the result: what is wrong is said before anything starts. */
  public static void check(Settings settings) {
    segment(settings);
    engine(settings);
    ReadLimits.of(settings);
    readAheadImages(settings);
    readAheadBytes(settings);
  }

  /** Images that a task has read, or has in line, beyond those it works on. */
  static int readAheadImages(Settings settings) {
    return settings.integer("segment.read-ahead-images", 1, 1024);
  }

  /** Bytes of files that a task has read ahead above which it waits. */
  static long readAheadBytes(Settings settings) {
    return (long) settings.integer("segment.read-ahead-mib", 1, 16_384) << 20;
  }
}
