package org.deeplabspark.testing;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.deeplabspark.dataset.LabelCoding;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.model.ClassLabel;

/** A truth of two classes in one segment each, and what makes its reader throw unchecked. */
public final class PanopticTruth {

  /** Classes sky and tree. */
  public static final LabelLayout LAYOUT =
      new LabelLayout(
          "panoptic",
          LabelCoding.PANOPTIC,
          List.of(new ClassLabel("sky", "#0000ff"), new ClassLabel("tree", "#00ff00")),
          List.of(10, 20),
          Set.of(),
          "");

  private PanopticTruth() {}

  /** A label image of one segment, number 1. */
  public static TruthFile write(Path file, int width, int height, int... segments)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, 0x010000);
    }
    ImageIO.write(image, "png", file.toFile());
    return new TruthFile("file:" + file, null, segments);
  }

  /** The same, whose list of segments ends in the middle: reading it throws an unchecked error. */
  public static TruthFile writeTorn(Path file, int width, int height) throws IOException {
    return write(file, width, height, 1);
  }
}
