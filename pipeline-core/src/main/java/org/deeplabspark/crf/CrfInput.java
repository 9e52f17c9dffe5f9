package org.deeplabspark.crf;

import java.util.List;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;

/** A photograph with what labels it starts from: energies, or a network's scores. */
interface CrfInput {

  /** The photograph. */
  RgbImage image();

  /** Number of labels. */
  int labels();

  /**
   * Checks sizes and values.
   *
   * @throws IllegalArgumentException if they do not fit the photograph or the settings
   */
  void check(CrfSettings settings);

  /** Stages that take the input into tiles. */
  List<ThreadTeam.Stage> start(Tiles tiles);

  /** Bytes that tiles take for it beside the workspace of every run. */
  long bytes();

  /** Energies of the photograph's size. */
  static CrfInput of(RgbImage image, FeatureMap unary) {
    return new OfUnary(image, unary);
  }

  /** Scores of a network. */
  static CrfInput of(RgbImage image, NetworkScores scores) {
    return new OfScores(image, scores);
  }

  /** Energies of the photograph's size. */
  record OfUnary(RgbImage image, FeatureMap unary) implements CrfInput {

    @Override
    public int labels() {
      return unary.channels();
    }

    @Override
    public void check(CrfSettings settings) {
      requireSize("unary", image, unary.width(), unary.height());
      requireLabels("unary", labels(), settings);
      for (int i = 0; i < unary.values().length; i++) {
        if (!Float.isFinite(unary.values()[i])) {
          int pixel = i % unary.planeSize();
          throw new IllegalArgumentException(
              String.format(
                  "Invalid unary: scores must be finite, got %s for label %d at (%d, %d)",
                  unary.values()[i],
                  i / unary.planeSize(),
                  pixel % unary.width(),
                  pixel / unary.width()));
        }
      }
    }

    @Override
    public List<ThreadTeam.Stage> start(Tiles tiles) {
      return List.of(ThreadTeam.Stage.EMPTY, new ThreadTeam.Stage(1, part -> tiles.start(unary)));
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  /** Scores of a network. */
  record OfScores(RgbImage image, NetworkScores scores) implements CrfInput {

    @Override
    public int labels() {
      return scores.classes();
    }

    @Override
    public void check(CrfSettings settings) {
      requireSize("scores", image, scores.width(), scores.height());
      requireLabels("scores", labels(), settings);
      scores.requireFinite();
    }

    @Override
    public List<ThreadTeam.Stage> start(Tiles tiles) {
      return tiles.start(scores);
    }

    @Override
    public long bytes() {
      return CrfMemory.scoreBytes(scores);
    }
  }

  private static void requireSize(String what, RgbImage image, int width, int height) {
    if (width != image.width() || height != image.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid %s: must be of the image's size %d x %d, got %d x %d",
              what, image.width(), image.height(), width, height));
    }
  }

  private static void requireLabels(String what, int labels, CrfSettings settings) {
    if (labels > LabelMask.VOID) {
      throw new IllegalArgumentException(
          String.format("Invalid %s: at most %d labels, got %d", what, LabelMask.VOID, labels));
    }
    settings.kernels().forEach(kernel -> kernel.compatibility().requireLabels(labels));
  }
}
