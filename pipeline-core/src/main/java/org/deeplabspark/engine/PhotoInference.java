package org.deeplabspark.engine;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.SizePolicy;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.Resampling;

/**
 * Runs a network on a photograph: letterboxed, once or for each input of the test-time
 * augmentation, whose scores are merged at the network's own size.
 */
public final class PhotoInference {

  private final ModelCard card;
  private final TestTimeAugmentation augmentation;
  private final InputTensor input;
  private final AlignCorners alignCorners;

  /**
   * Inference with a network of this card.
   *
   * @throws IllegalArgumentException if a scale would not fit the network's only size
   */
  public PhotoInference(ModelCard card, TestTimeAugmentation augmentation) {
    this.card = card;
    this.augmentation = augmentation;
    this.input = new InputTensor(card.input());
    this.alignCorners = card.output().alignCorners();
    if (card.input().size() instanceof SizePolicy.Fixed
        && augmentation.scales().stream().anyMatch(scale -> scale > 1)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid scales: model %s takes one size only, so they must be at most 1, got %s",
              card.name(), augmentation.scales()));
    }
  }

  /** As {@link SegmentationEngine#scores}. */
  public NetworkScores scores(RgbImage photo, ForwardPass network) {
    Letterbox letterbox = Letterbox.of(photo, card.input().size());
    FeatureMap scores =
        augmentation.equals(TestTimeAugmentation.NONE)
            ? network.scores(
                letterbox.inputHeight(),
                letterbox.inputWidth(),
                buffer -> input.write(photo, letterbox, buffer))
            : augmented(input.planar(photo, letterbox), network);
    return letterbox.toPhoto(scores, card.output());
  }

  /** Scores of the whole input, at their size without augmentation. */
  private FeatureMap augmented(FeatureMap tensor, ForwardPass network) {
    int rows = card.output().scores(tensor.height());
    int columns = card.output().scores(tensor.width());
    FeatureMap best = null;
    for (double scale : augmentation.scales()) {
      FeatureMap scaled =
          resize(tensor, scaled(tensor.height(), scale), scaled(tensor.width(), scale));
      FeatureMap scores = scores(scaled, tensor, network);
      if (augmentation.flip()) {
        addTo(scores, mirrored(scores(mirrored(scaled), tensor, network)));
      }
      FeatureMap resized = resize(scores, rows, columns);
      best = best == null ? resized : maximum(best, resized);
    }
    return best;
  }

  /** Scores of one input; half of them where those of its mirror image are added. */
  private FeatureMap scores(FeatureMap scaled, FeatureMap tensor, ForwardPass network) {
    boolean fixed = card.input().size() instanceof SizePolicy.Fixed;
    FeatureMap whole = fixed ? input.padded(scaled, tensor.height(), tensor.width()) : scaled;
    FeatureMap scores =
        network.scores(whole.height(), whole.width(), buffer -> input.write(whole, buffer));
    if (augmentation.flip()) {
      float[] values = scores.values();
      for (int i = 0; i < values.length; i++) {
        values[i] *= 0.5f;
      }
    }
    return fixed
        ? crop(scores, card.output().scores(scaled.height()), card.output().scores(scaled.width()))
        : scores;
  }

  private int scaled(int length, double scale) {
    if (card.input().size() instanceof SizePolicy.Free free) {
      return free.nearest(length * scale);
    }
    int corner = alignCorners == AlignCorners.YES ? 1 : 0;
    return (int) Math.max(1, Math.round((length - corner) * scale) + corner);
  }

  private FeatureMap resize(FeatureMap map, int height, int width) {
    if (height == map.height() && width == map.width()) {
      return map;
    }
    return Resampling.apply(
        map,
        Resampling.bilinear(map.height(), height, alignCorners),
        Resampling.bilinear(map.width(), width, alignCorners));
  }

  private static FeatureMap crop(FeatureMap map, int height, int width) {
    return Resampling.apply(
        map,
        Resampling.bilinear(map.height(), map.height(), AlignCorners.NO).crop(height),
        Resampling.bilinear(map.width(), map.width(), AlignCorners.NO).crop(width));
  }

  private static FeatureMap mirrored(FeatureMap map) {
    FeatureMap mirrored = FeatureMap.zeros(map.channels(), map.height(), map.width());
    int width = map.width();
    for (int row = 0; row < map.values().length; row += width) {
      for (int x = 0; x < width; x++) {
        mirrored.values()[row + x] = map.values()[row + width - 1 - x];
      }
    }
    return mirrored;
  }

  private static void addTo(FeatureMap sum, FeatureMap more) {
    for (int i = 0; i < sum.values().length; i++) {
      sum.values()[i] += more.values()[i];
    }
  }

  private static FeatureMap maximum(FeatureMap a, FeatureMap b) {
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] = Math.max(a.values()[i], b.values()[i]);
    }
    return a;
  }
}
