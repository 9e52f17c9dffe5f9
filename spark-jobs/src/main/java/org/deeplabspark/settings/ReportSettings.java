package org.deeplabspark.settings;

import org.deeplabspark.segment.SegmentSettings;

/**
 * What {@code report} goes by, beside what it is asked.
 *
 * @param input which files are photographs
 * @param limits of reading files
 * @param decoding limits of decoding photographs
 */
public record ReportSettings(InputFilter input, ReadLimits limits, SegmentSettings decoding) {

  /**
   * Reads {@code input.*} and {@code image.*}.
   *
   * @throws UsageException if one is out of its range
   */
  public static ReportSettings of(Settings settings) {
    PassSettings pass = PassSettings.of(settings);
    return new ReportSettings(InputFilter.of(settings), pass.limits(), pass.segment());
  }
}
