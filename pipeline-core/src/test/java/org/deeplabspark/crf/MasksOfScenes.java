package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.tensor.FeatureMap;

/** A program that prints what the masks of a few scenes are, a line each. */
final class MasksOfScenes {

  static final int SCENES = 3;

  private MasksOfScenes() {}

  public static void main(String[] arguments) {
    for (int scene = 0; scene < SCENES; scene++) {
      int width = 60 + 7 * scene;
      FeatureMap marginals =
          new DenseCrf(CrfSettings.deepLabV2())
              .marginals(
                  Scenes.photo(width, 40, scene), Scenes.softUnary(3 + 9 * scene, width, 40, 5));
      System.out.println(Arrays.toString(marginals.argMax()));
    }
  }
}
