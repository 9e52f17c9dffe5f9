package org.deeplabspark.segment;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Unary;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.Softmax;

/**
 * One image's way from bytes to an encoded mask: decode, logits, softmax, CRF, argmax, encode.
 *
 * <p>Not thread-safe, since the CRF owns a workspace: one a task. The engine may be shared; it is
 * not closed here.
 */
public final class Segmenter {

  private final SegmentationEngine engine;
  private final ImageDecoder decoder;
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
    this.engine = engine;
    this.decoder = settings.decoder();
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
    RgbImage photo = times.time(Stage.DECODE, () -> decoder.decode(content));
    FeatureMap probabilities =
        times.time(
            Stage.INFER,
            () -> {
              FeatureMap scores = engine.logits(photo);
              Softmax.inPlace(scores);
              return scores;
            });
    FeatureMap marginals =
        crf.isEmpty()
            ? probabilities
            : times.time(
                Stage.CRF,
                () -> crf.get().marginals(photo, Unary.fromProbabilities(probabilities)));
    return encode(probabilities, marginals, times);
  }

  private SegmentedImage encode(FeatureMap probabilities, FeatureMap marginals, StageTimes times)
      throws StageException {
    Labelling labelling = times.time(Stage.ENCODE, () -> Labelling.of(marginals));
    byte[] encoded = times.time(Stage.ENCODE, () -> PngMaskCodec.encode(labelling.mask(), palette));
    OptionalDouble changed =
        crf.isEmpty()
            ? OptionalDouble.empty()
            : times.time(
                Stage.ENCODE,
                () -> OptionalDouble.of(labelling.differsFrom(Labelling.of(probabilities))));
    return new SegmentedImage(
        labelling.mask(),
        encoded,
        labelling.classPixels(),
        labelling.meanConfidence(),
        changed,
        times);
  }

  /** The winning class of each pixel, and how sure it is. */
  private record Labelling(LabelMask mask, float meanConfidence) {

    static Labelling of(FeatureMap probabilities) {
      int[] winners = probabilities.argMax();
      byte[] labels = new byte[winners.length];
      double confidence = 0;
      for (int pixel = 0; pixel < winners.length; pixel++) {
        labels[pixel] = (byte) winners[pixel];
        confidence += probabilities.values()[winners[pixel] * winners.length + pixel];
      }
      return new Labelling(
          new LabelMask(probabilities.width(), probabilities.height(), labels),
          (float) (confidence / winners.length));
    }

    Map<Integer, Long> classPixels() {
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

    double differsFrom(Labelling other) {
      int different = 0;
      for (int pixel = 0; pixel < mask.pixels(); pixel++) {
        different += mask.label(pixel) == other.mask.label(pixel) ? 0 : 1;
      }
      return (double) different / mask.pixels();
    }
  }
}
