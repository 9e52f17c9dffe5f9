package org.deeplabspark.demo;

import java.util.Base64;
import java.util.List;

/**
 * One scene as the demo's page shows it.
 *
 * @param imageId path below the input root without extension
 * @param figures from left to right
 * @param rawMeanIou of the network's own labels, over the classes in this scene's truth, 0..1
 * @param refinedMeanIou likewise after the CRF
 */
record DemoScene(String imageId, List<Figure> figures, double rawMeanIou, double refinedMeanIou) {

  /**
   * A picture that the page carries in itself.
   *
   * @param caption below it
   * @param base64 of a PNG
   */
  record Figure(String caption, String base64) {

    static Figure of(String caption, byte[] png) {
      return new Figure(caption, Base64.getEncoder().encodeToString(png));
    }
  }

  DemoScene {
    figures = List.copyOf(figures);
  }
}
