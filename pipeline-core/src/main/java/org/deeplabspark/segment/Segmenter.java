package org.deeplabspark.segment;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Unary;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.tensor.FeatureMap;

/**
 * From one image's bytes to an encoded mask: decode, logits, softmax, CRF, argmax, encode.
 *
 * <p>Not thread-safe, since the CRF owns a workspace. The engine may be shared; it is not closed
 * here.
 */
public final class Segmenter {

  private final Scorer scorer;
  private final Optional<DenseCrf> crf;
  private final Palette palette;

  /**
   * A segmenter on a loaded network.
   *
   * @param engine gives the scores; stays the caller's
   * @param card of the same network: its colours become the masks' palette
   * @param settings limits and CRF
   * @throws IllegalArgumentException if a setting is out of range
   */
  public Segmenter(SegmentationEngine engine, ModelCard card, SegmentSettings settings) {
    this.scorer = new Scorer(engine, settings.decoder());
    this.crf = settings.crf().map(DenseCrf::new);
    this.palette = card.palette();
  }

  /**
   * Labels one image.
   *
   * @param content the image file
   * @throws StageException if the image is malformed or a stage fails on it; every other image can
   *     still be labelled
   */
  public SegmentedImage segment(byte[] content) throws StageException {
    StageTimes times = new StageTimes();
    Scorer.Scored image = scorer.score(content, times);
    FeatureMap probabilities = image.probabilities();
    FeatureMap marginals =
        crf.isEmpty()
            ? probabilities
            : times.time(
                Stage.CRF,
                () -> crf.get().marginals(image.photo(), Unary.fromProbabilities(probabilities)));
    return times.time(Stage.ENCODE, () -> encode(probabilities, marginals, times));
  }

  private SegmentedImage encode(FeatureMap probabilities, FeatureMap marginals, StageTimes times) {
    LabelMask mask = LabelMask.argMax(marginals);
    return new SegmentedImage(
        mask,
        PngMaskCodec.encode(mask, palette),
        classPixels(mask),
        meanConfidence(mask, marginals),
        crf.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(differingShare(mask, LabelMask.argMax(probabilities))),
        times);
  }

  private static Map<Integer, Long> classPixels(LabelMask mask) {
    long[] counts = new long[256];
    for (byte label : mask.labels()) {
      counts[label & 0xff]++;
    }
    Map<Integer, Long> pixels = new TreeMap<>();
    for (int id = 0; id < counts.length; id++) {
      if (counts[id] > 0) {
        pixels.put(id, counts[id]);
      }
    }
    return pixels;
  }

  private static float meanConfidence(LabelMask mask, FeatureMap marginals) {
    double sum = 0;
    for (int pixel = 0; pixel < mask.pixels(); pixel++) {
      sum += marginals.values()[mask.label(pixel) * mask.pixels() + pixel];
    }
    return (float) (sum / mask.pixels());
  }

  private static double differingShare(LabelMask a, LabelMask b) {
    int different = 0;
    for (int pixel = 0; pixel < a.pixels(); pixel++) {
      different += a.label(pixel) == b.label(pixel) ? 0 : 1;
    }
    return (double) different / a.pixels();
  }
}
