package org.deeplabspark.report;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.spark.sql.Row;

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
  record Facts(double meanIou, double rawMeanIou, double marginal, double changed) {
    static final Facts NONE = new Facts(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  static ReportImage of(Row row, Facts facts) {
    boolean compared = !row.isNullAt(row.fieldIndex("raw"));
    List<Picture> pictures = new ArrayList<>();
    add(pictures, row, "photo", "photo");
    add(pictures, row, "truth", "truth");
    add(pictures, row, "raw", "without CRF");
    add(pictures, row, "refined", compared ? "with CRF" : "prediction");
    add(pictures, row, "errors", "errors");
    return new ReportImage(
        row.getAs("image_id"),
        row.getAs("width"),
        row.getAs("height"),
        List.copyOf(pictures),
        row.getAs("notes"),
        facts.meanIou(),
        facts.rawMeanIou(),
        facts.marginal(),
        facts.changed());
  }

  private static void add(List<Picture> pictures, Row row, String column, String caption) {
    byte[] content = row.getAs(column);
    if (content != null) {
      boolean jpeg = column.equals("photo") || column.equals("errors");
      String uri =
          (jpeg ? "data:image/jpeg;base64," : "data:image/png;base64,")
              + Base64.getEncoder().encodeToString(content);
      pictures.add(new Picture(caption, uri, jpeg));
    }
  }
}
