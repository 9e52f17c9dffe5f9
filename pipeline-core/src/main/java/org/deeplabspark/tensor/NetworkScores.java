package org.deeplabspark.tensor;

/**
 * What a network says of a photograph: its own scores, usually far fewer than the photograph has
 * pixels, and the way to the photograph's size.
 *
 * <p>Maps of the photograph's size are made on demand and are large: whoever can works on the small
 * one, of which every pixel's scores are weighted means.
 *
 * @param map [classes][height * width], the network's own output; not changed here
 * @param rows from the map's height to the photograph's
 * @param columns from the map's width to the photograph's
 * @param kind what the map's values are
 */
public record NetworkScores(FeatureMap map, Resampling rows, Resampling columns, OutputKind kind) {

  /** Lower bound of probabilities before their logarithm, so that scores stay finite. */
  public static final float SMALLEST_PROBABILITY = 1e-12f;

  /**
   * Checks that the parts meet.
   *
   * @throws IllegalArgumentException if a way does not start at the map's size
   */
  public NetworkScores {
    if (rows.sourceLength() != map.height() || columns.sourceLength() != map.width()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid scores: resampled from %d x %d, but the map is %d x %d",
              columns.sourceLength(), rows.sourceLength(), map.width(), map.height()));
    }
  }

  /** Scores that have the photograph's size already. */
  public static NetworkScores ofFullSize(FeatureMap map, OutputKind kind) {
    return new NetworkScores(
        map,
        Resampling.bilinear(map.height(), map.height(), AlignCorners.NO),
        Resampling.bilinear(map.width(), map.width(), AlignCorners.NO),
        kind);
  }

  /** Number of classes. */
  public int classes() {
    return map.channels();
  }

  /** Columns of the photograph. */
  public int width() {
    return columns.targetLength();
  }

  /** Rows of the photograph. */
  public int height() {
    return rows.targetLength();
  }

  /**
   * Class scores at the photograph's size; their softmax over channels are the probabilities.
   *
   * <p>Probabilities of a network that ends in a softmax are resampled to the photograph's size
   * first, as the frameworks that export such networks do; their logarithm is returned.
   *
   * @return a new map [classes][height * width] that the caller owns
   * @throws IllegalArgumentException if the scores do not fit one array
   */
  public FeatureMap logits() {
    FeatureMap atPhoto = Resampling.apply(map, rows, columns);
    if (kind == OutputKind.PROBABILITIES) {
      float[] values = atPhoto.values();
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.log(Math.max(values[i], SMALLEST_PROBABILITY));
      }
    }
    return atPhoto;
  }

  /**
   * Class probabilities at the photograph's size.
   *
   * @return a new map [classes][height * width] that the caller owns
   * @throws IllegalArgumentException if they do not fit one array
   */
  public FeatureMap probabilities() {
    FeatureMap scores = logits();
    Softmax.inPlace(scores);
    return scores;
  }

  /**
   * Refuses scores that are no numbers.
   *
   * @throws IllegalArgumentException if one is NaN or infinite; names the first
   */
  public void requireFinite() {
    float[] values = map.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        int cell = i % map.planeSize();
        throw new IllegalArgumentException(
            String.format(
                "Invalid scores: must be finite, got %s for class %d at (%d, %d) of the network's %d x %d",
                values[i],
                i / map.planeSize(),
                cell % map.width(),
                cell / map.width(),
                map.width(),
                map.height()));
      }
    }
  }
}
