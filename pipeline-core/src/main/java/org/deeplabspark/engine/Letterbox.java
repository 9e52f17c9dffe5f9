package org.deeplabspark.engine;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ModelOutput;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.Resampling;

/**
 * Where a photograph lies in a network's input: at the top left, scaled or not, the rest padded.
 *
 * @param photoWidth columns of the photograph
 * @param photoHeight rows of the photograph
 * @param width columns it takes in the input
 * @param height rows it takes in the input
 * @param inputWidth columns of the input
 * @param inputHeight rows of the input
 */
record Letterbox(
    int photoWidth, int photoHeight, int width, int height, int inputWidth, int inputHeight) {

  static Letterbox of(RgbImage photo, SizePolicy policy) {
    int w = photo.width();
    int h = photo.height();
    if (policy instanceof SizePolicy.Fixed fixed) {
      // The side that is longer relative to the input fills it; compared without rounding.
      boolean wide = (long) w * fixed.height() >= (long) h * fixed.width();
      int width = wide ? fixed.width() : scaled(w, fixed.height(), h);
      int height = wide ? scaled(h, fixed.width(), w) : fixed.height();
      return new Letterbox(w, h, width, height, fixed.width(), fixed.height());
    }
    SizePolicy.Free free = (SizePolicy.Free) policy;
    return new Letterbox(w, h, w, h, free.holding(w), free.holding(h));
  }

  private static int scaled(int length, int target, int source) {
    return Math.max(1, (int) Math.round((double) length * target / source));
  }

  /**
   * Scores of the whole input, with the way to the photograph: enlarged to the input, cropped to
   * the photograph's part of it, resized to its size, all composed.
   */
  NetworkScores toPhoto(FeatureMap scores, ModelOutput output) {
    AlignCorners alignCorners = output.alignCorners();
    return new NetworkScores(
        scores,
        axis(scores.height(), inputHeight, height, photoHeight, alignCorners),
        axis(scores.width(), inputWidth, width, photoWidth, alignCorners),
        output.kind());
  }

  private static Resampling axis(
      int scores, int input, int part, int photo, AlignCorners alignCorners) {
    Resampling toPart = Resampling.bilinear(scores, input, alignCorners).crop(part);
    return part == photo ? toPart : toPart.then(Resampling.bilinear(part, photo, AlignCorners.NO));
  }
}
