package org.deeplabspark.report;

import java.io.Serializable;
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
 * @param facts what else is known of it
 */
record ReportImage(
    String imageId, int width, int height, List<Picture> pictures, String notes, Facts facts)
    implements Serializable {

  /**
   * A picture that the page carries.
   *
   * @param caption below it
   * @param uri {@code data:} with its content
   * @param smooth whether it is a photograph, to be scaled smoothly
   */
  record Picture(String caption, String uri, boolean smooth) implements Serializable {

    static Picture jpeg(String caption, byte[] content) {
      return new Picture(caption, uri("jpeg", content), true);
    }

    static Picture png(String caption, byte[] content) {
      return new Picture(caption, uri("png", content), false);
    }

    private static String uri(String format, byte[] content) {
      return "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(content);
    }
  }

  /**
   * What is known of an image beside its pictures.
   *
   * @param meanIou over the classes in its truth, 0..1; NaN where unknown
   * @param rawMeanIou likewise without CRF
   * @param marginal mean over pixels of the winning class's marginal; NaN where unknown
   * @param changed share of pixels whose label the CRF changed; NaN where unknown
   */
  record Facts(double meanIou, double rawMeanIou, double marginal, double changed)
      implements Serializable {}
}
