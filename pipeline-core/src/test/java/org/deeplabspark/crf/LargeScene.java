package org.deeplabspark.crf;

import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplabspark.tensor.FeatureMap;

/** A program that runs an iteration on a large scene and prints its own largest size. */
final class LargeScene {

  private static final int WIDTH = 1024;
  private static final int HEIGHT = 768;
  private static final int LABELS = 150;

  private LargeScene() {}

  public static void main(String[] arguments) throws Exception {
    FeatureMap unary = FeatureMap.zeros(LABELS, HEIGHT, WIDTH);
    for (int i = 0; i < unary.values().length; i++) {
      unary.values()[i] = 1 + ((i * 0x9E3779B9) >>> 24) / 128f;
    }
    CrfSettings settings = CrfSettings.deepLabV2();
    // Lattices, tiles and marginals are all there in the first iteration.
    DenseCrf crf = new DenseCrf(new CrfSettings(1, settings.kernels(), settings.retireBelow(), 1));
    FeatureMap marginals = crf.marginals(Scenes.photo(WIDTH, HEIGHT, 3), unary);
    float sum = 0;
    for (int label = 0; label < LABELS; label++) {
      sum += marginals.values()[label * marginals.planeSize() + WIDTH + 1];
    }
    if (Math.abs(sum - 1) > 1e-4) {
      throw new IllegalStateException("marginals of a pixel sum to " + sum);
    }
    System.out.println(
        marginals.planeSize() + " pixels, each with " + marginals.channels() + " labels");
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        System.out.println("peak " + Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB");
      }
    }
  }
}
