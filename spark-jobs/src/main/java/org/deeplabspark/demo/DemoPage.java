package org.deeplabspark.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;

/** The demo's page: one HTML file that carries its pictures and needs no network. */
final class DemoPage {

  /**
   * One class's IoU before and after the CRF.
   *
   * @param classId row of the confusion matrix
   * @param name as in the model card
   * @param rawIou 0..1, NaN for a class in neither truth nor prediction
   * @param refinedIou likewise
   */
  record ClassRow(int classId, String name, double rawIou, double refinedIou) {}

  private DemoPage() {}

  /**
   * Fills the page.
   *
   * @param summary one plain sentence for the top
   * @param classes in order
   * @param mean the last row of the table; its class id is not used
   * @param palette colours of the classes
   * @param scenes in order
   */
  static String html(
      String summary,
      List<ClassRow> classes,
      ClassRow mean,
      Palette palette,
      List<DemoScene> scenes) {
    String rows =
        classes.stream()
            .map(row -> row("<tr>", swatch(palette.rgb(row.classId())), row))
            .collect(Collectors.joining("\n"));
    return template()
        .replace("{{summary}}", escape(summary))
        .replace("{{classes}}", rows + "\n" + row("<tr class=\"mean\">", "", mean))
        .replace("{{void}}", color(palette.rgb(LabelMask.VOID)))
        .replace(
            "{{scenes}}", scenes.stream().map(DemoPage::scene).collect(Collectors.joining("\n")));
  }

  private static String row(String open, String swatch, ClassRow row) {
    return String.format(
        "%s<td>%s%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
        open,
        swatch,
        escape(row.name()),
        percent(row.rawIou(), "%.2f %%"),
        percent(row.refinedIou(), "%.2f %%"),
        percent(row.refinedIou() - row.rawIou(), "%+.2f"));
  }

  private static String scene(DemoScene scene) {
    return String.format(
        """
        <section class="scene">
        <h3>%s <span>network %s, with CRF %s</span></h3>
        <div class="pictures">
        %s
        </div>
        </section>""",
        escape(scene.imageId()),
        percent(scene.rawMeanIou(), "%.1f %%"),
        percent(scene.refinedMeanIou(), "%.1f %%"),
        scene.figures().stream()
            .map(figure -> figure(scene.imageId(), figure))
            .collect(Collectors.joining("\n")));
  }

  private static String figure(String imageId, DemoScene.Figure figure) {
    return String.format(
        "<figure><img alt=\"%s: %s\" src=\"data:image/png;base64,%s\"><figcaption>%s</figcaption></figure>",
        escape(imageId), escape(figure.caption()), figure.base64(), escape(figure.caption()));
  }

  private static String swatch(int rgb) {
    return "<span class=\"swatch\" style=\"background:" + color(rgb) + "\"></span>";
  }

  private static String color(int rgb) {
    return String.format("#%06x", rgb & 0xffffff);
  }

  private static String percent(double ratio, String format) {
    return Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, format, 100 * ratio);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String template() {
    try (InputStream page = DemoPage.class.getResourceAsStream("page.html")) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
