package org.deeplabspark.report;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An image as the page shows it.
 *
 * @param imageId its name
 * @param width of all its pictures, pixels
 * @param height likewise
 * @param pictures from left to right
 * @param notes what could not be shown, and why; may be empty
 * @param meanIou over the classes in its truth, 0..1; NaN where unknown
 * @param rawMeanIou likewise without CRF
 * @param marginal mean over pixels of the winning class's marginal; NaN where unknown
 * @param changed share of pixels whose label the CRF changed; NaN where unknown
 */
record ReportImage(
    String imageId,
    int width,
    int height,
    List<Picture> pictures,
    String notes,
    double meanIou,
    double rawMeanIou,
    double marginal,
    double changed) {

  /**
   * A picture that the page carries.
   *
   * @param caption below it
   * @param uri {@code data:} with its content
   * @param smooth whether it is a photograph, to be scaled smoothly
   */
  record Picture(String caption, String uri, boolean smooth) {}

  /** What is known of an image beside its pictures. */
  record Facts(double meanIou, double rawMeanIou, double marginal, double changed) {}

  static ReportImage of(PictureRow row, Facts facts) {
    List<Picture> pictures = new ArrayList<>();
    add(pictures, "photo", "jpeg", row.photo());
    add(pictures, "truth", "png", row.truth());
    add(pictures, "without CRF", "png", row.raw());
    add(pictures, row.raw() == null ? "prediction" : "with CRF", "png", row.refined());
    add(pictures, "errors", "jpeg", row.errors());
    return new ReportImage(
        row.imageId(),
        row.width(),
        row.height(),
        List.copyOf(pictures),
        row.notes(),
        facts.meanIou(),
        facts.rawMeanIou(),
        facts.marginal(),
        facts.changed());
  }

  private static void add(List<Picture> pictures, String caption, String format, byte[] content) {
    if (content != null) {
      String uri =
          "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(content);
      pictures.add(new Picture(caption, uri, format.equals("jpeg")));
    }
  }
}
