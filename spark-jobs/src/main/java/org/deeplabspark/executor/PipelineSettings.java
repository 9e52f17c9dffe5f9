package org.deeplabspark.executor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.Normalization;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.TestTimeAugmentation;
import org.deeplabspark.image.ImageDecoder;
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
    double megapixels = maxMegapixels(settings);
    Optional<CrfSettings> crf =
        settings.flag("crf.enabled") ? Optional.of(crf(settings)) : Optional.empty();
    return new SegmentSettings(megapixels, ReadLimits.of(settings).maxTime(), crf);
  }

  /** Millions of pixels above which an image is not decoded. */
  public static double maxMegapixels(Settings settings) {
    return settings.number("image.max-megapixels", 1e-6, ImageDecoder.MOST_MEGAPIXELS);
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
                near, near, potts(settings, "crf.gaussian.weight"), normalization),
            new PairwiseKernel.Bilateral(
                far,
                far,
                color,
                color,
                color,
                potts(settings, "crf.bilateral.weight"),
                normalization)),
        (float) settings.number("crf.retire-below", 0, 0.01),
        crfThreads(settings));
  }

  private static float deviation(Settings settings, String key) {
    return (float) settings.number(key, 1e-3, 1e6);
  }

  private static Compatibility potts(Settings settings, String key) {
    return new Compatibility.Potts(weight(settings, key));
  }

  private static float weight(Settings settings, String key) {
    return (float) settings.number(key, 0, 1e6);
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

  private static TestTimeAugmentation augmentation(Settings settings) {
    String scales = settings.text("inference.scales");
    try {
      return new TestTimeAugmentation(
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
    return Sha256.of(
        digested(settings, augmentation(settings), segment(settings).crf())
            .getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Version 1 of the text that is hashed, value by value: outputs hold its digests, so that a value
   * that is added must leave the text as it is where the value is the default.
   */
  private static String digested(
      Settings settings, TestTimeAugmentation inference, Optional<CrfSettings> crf) {
    StringBuilder text = new StringBuilder("{");
    if (crf.isPresent()) {
      String normalization = settings.text("crf.normalization").toUpperCase(Locale.ROOT);
      float near = deviation(settings, "crf.gaussian.xy-std");
      float far = deviation(settings, "crf.bilateral.xy-std");
      float color = deviation(settings, "crf.bilateral.rgb-std");
      text.append("crf=").append(crf.get().iterations());
      text.append(" [Gaussian[xStd=").append(near).append(", yStd=").append(near);
      text.append(", compatibility=Potts[weight=").append(weight(settings, "crf.gaussian.weight"));
      text.append("], normalization=").append(normalization);
      text.append("], Bilateral[xStd=").append(far).append(", yStd=").append(far);
      text.append(", redStd=").append(color).append(", greenStd=").append(color);
      text.append(", blueStd=").append(color);
      text.append(", compatibility=Potts[weight=").append(weight(settings, "crf.bilateral.weight"));
      text.append("], normalization=").append(normalization).append("]] ");
      text.append(crf.get().retireBelow()).append(", ");
    }
    text.append("crf.enabled=").append(crf.isPresent());
    if (!inference.equals(TestTimeAugmentation.NONE)) {
      text.append(", inference=Augmentation[scales=").append(inference.scales());
      text.append(", flip=").append(inference.flip()).append(']');
    }
    return text.append(", segment.mask-codec=")
        .append(settings.text("segment.mask-codec"))
        .append('}')
        .toString();
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
