package org.deeplabspark.settings;

/**
 * What {@code demo} goes by, beside what it is asked.
 *
 * @param network labels without the CRF
 * @param refined labels with it
 * @param report of both
 */
public record DemoSettings(LabelSettings network, LabelSettings refined, ReportSettings report) {

  /**
   * Of settings with the CRF switched on.
   *
   * @throws UsageException if it is off, and there would be nothing to compare, or a setting is out
   *     of its range
   */
  public static DemoSettings of(Settings settings) {
    if (!settings.flag("crf.enabled")) {
      throw new UsageException(
          "Invalid crf.enabled: demo compares masks with and without CRF, leave it on");
    }
    return new DemoSettings(
        LabelSettings.of(CrfPresets.apply(CrfPresets.OFF, settings)),
        LabelSettings.of(settings),
        ReportSettings.of(settings));
  }
}
