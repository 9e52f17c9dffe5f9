package org.deeplabspark.settings;

import java.io.Serializable;
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
import org.deeplabspark.segment.SegmentSettings;

/**
 * How a pass over images works on them.
 *
 * @param maxMegapixels of an image that is decoded
 * @param crf null where it is off, since this travels
 * @param crfDevice where it runs
 * @param engine device, threads and batches of the network
 * @param crfThreads threads of one image's CRF, on or off
 * @param limits of reading files
 * @param readAheadImages that a task has read, or has in line, beyond those it works on
 * @param readAheadBytes of files read ahead above which a task waits
 */
public record PassSettings(
    double maxMegapixels,
    CrfSettings crf,
    CrfDevice crfDevice,
    EngineSettings engine,
    int crfThreads,
    ReadLimits limits,
    int readAheadImages,
    long readAheadBytes)
    implements Serializable {

  private static final int MOST_THREADS = 1024;

  /**
   * Reads {@code image.*}, {@code crf.*}, {@code engine.*}, {@code inference.*}, {@code
   * input.schemes} and {@code segment.read-ahead-*}.
   *
   * @throws UsageException if one is out of its range
   */
  public static PassSettings of(Settings settings) {
    ReadLimits limits = ReadLimits.of(settings);
    int crfThreads = settings.integer("crf.threads", 1, MOST_THREADS);
    return new PassSettings(
        settings.number("image.max-megapixels", 1e-6, ImageDecoder.MOST_MEGAPIXELS),
        settings.flag("crf.enabled") ? crf(settings, crfThreads) : null,
        CrfDevice.of(settings),
        engine(settings),
        crfThreads,
        limits,
        settings.integer("segment.read-ahead-images", 1, 1024),
        (long) settings.integer("segment.read-ahead-mib", 1, 16_384) << 20);
  }

  private static CrfSettings crf(Settings settings, int threads) {
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
        threads);
  }

  private static float deviation(Settings settings, String key) {
    return (float) settings.number(key, 1e-3, 1e6);
  }

  private static Compatibility potts(Settings settings, String key) {
    return new Compatibility.Potts((float) settings.number(key, 0, 1e6));
  }

  private static EngineSettings engine(Settings settings) {
    try {
      return new EngineSettings(
          settings.text("engine.device"),
          settings.integer("engine.threads", 1, MOST_THREADS),
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

  /** Limits of decoding, and the CRF. */
  public SegmentSettings segment() {
    return new SegmentSettings(maxMegapixels, limits.maxTime(), Optional.ofNullable(crf));
  }

  /** The same with other threads of one inference and one image's CRF. */
  public PassSettings onThreads(int engineThreads, int newCrfThreads) {
    return new PassSettings(
        maxMegapixels,
        crf == null ? null : crf.onThreads(newCrfThreads),
        crfDevice,
        engine.onThreads(engineThreads),
        newCrfThreads,
        limits,
        readAheadImages,
        readAheadBytes);
  }
}
