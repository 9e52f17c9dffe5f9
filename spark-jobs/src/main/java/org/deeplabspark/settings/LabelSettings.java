package org.deeplabspark.settings;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What {@code segment} and {@code plan} go by, beside what they are asked.
 *
 * @param pass how images are worked on
 * @param input which files are images
 * @param maxBadFraction share of the input from which on bad images end in exit code 3
 * @param commitInterval between commits of finished work
 * @param lockStale age from which on a silent run's lock is taken over
 * @param redo which images that have rows are done again
 * @param shards how work is parted
 * @param tables how tables are written
 * @param digest of what masks depend on
 * @param json all settings, for the record of the run
 */
public record LabelSettings(
    PassSettings pass,
    InputFilter input,
    double maxBadFraction,
    Duration commitInterval,
    Duration lockStale,
    Redo redo,
    Shards shards,
    Tables tables,
    String digest,
    String json) {

  /**
   * What becomes of images that have rows.
   *
   * @param verifyContent whether files are read to see whether they changed
   * @param retryFailed whether only images in {@code errors} are done
   * @param forgetMissing whether rows of files that are gone are dropped
   */
  public record Redo(boolean verifyContent, boolean retryFailed, boolean forgetMissing)
      implements Serializable {}

  /**
   * The parts of a run's work.
   *
   * @param count asked for; 0: as many as suit cores and images
   * @param pixels of a part at most
   */
  public record Shards(int count, long pixels) {}

  /**
   * Files of the tables.
   *
   * @param maskCodec of the column {@code mask}
   * @param rowGroupBytes of a Parquet row group
   * @param fileBytes of a file, about
   */
  public record Tables(String maskCodec, long rowGroupBytes, long fileBytes) {

    private static final long MIB = 1 << 20;

    private static Tables of(Settings settings) {
      return new Tables(
          settings.choice("segment.mask-codec", List.of("png-indexed")),
          settings.integer("segment.row-group-mib", 1, 1024) * MIB,
          settings.integer("segment.file-mib", 1, 16_384) * MIB);
    }
  }

  /**
   * Reads {@code segment.*} and what {@link PassSettings} and {@link InputFilter} read.
   *
   * @throws UsageException if one is out of its range
   */
  public static LabelSettings of(Settings settings) {
    PassSettings pass = PassSettings.of(settings);
    Tables tables = Tables.of(settings);
    return new LabelSettings(
        pass,
        InputFilter.of(settings),
        settings.number("segment.max-bad-fraction", 0, 1),
        minutes(settings, "segment.commit-interval"),
        minutes(settings, "segment.lock-stale"),
        new Redo(
            settings.flag("segment.verify-content"),
            settings.flag("segment.retry-failed"),
            settings.flag("segment.forget-missing")),
        new Shards(
            settings.integer("segment.partitions", 0, 1_000_000),
            (long) (1e6 * settings.number("segment.shard-megapixels", 0.001, 1e6))),
        tables,
        SettingsDigest.of(pass, tables.maskCodec()),
        settings.toJson());
  }

  private static Duration minutes(Settings settings, String key) {
    return Duration.ofMillis((long) (60_000 * settings.number(key, 0.001, 10_000)));
  }
}
