package org.deeplabspark.settings;

/**
 * What {@code sweep-crf} goes by, beside what it is asked.
 *
 * @param pass how images are worked on
 * @param input which files are photographs
 * @param baseline the CRF as it is set without the grid
 * @param maxBadFraction share of the images from which on bad ones end in exit code 3
 * @param json all settings, for the summary
 */
public record SweepSettings(
    PassSettings pass, InputFilter input, CrfVariant baseline, double maxBadFraction, String json) {

  /**
   * Reads what {@code segment} would read.
   *
   * @throws UsageException if a setting is out of its range, or the CRF is off
   */
  public static SweepSettings of(Settings settings) {
    LabelSettings label = LabelSettings.of(settings);
    return new SweepSettings(
        label.pass(),
        label.input(),
        CrfVariant.of(settings),
        label.maxBadFraction(),
        settings.toJson());
  }
}
