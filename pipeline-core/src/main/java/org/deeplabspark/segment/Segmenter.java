package org.deeplabspark.segment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.RawLabels;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.model.ModelCard;

/**
 * From one image's bytes to an encoded mask: decode, scores, refine, encode.
 *
 * <p>Not thread-safe, since a refiner owns a workspace. The engine may be shared; it is not closed
 * here.
 */
public final class Segmenter {

  private final Scorer scorer;
  private final Optional<Refiner> refiner;
  private final Palette palette;

  /**
   * A segmenter on a loaded network that refines on this machine's cores.
   *
   * @param engine gives the scores; stays the caller's
   * @param card of the same network: its colours become the masks' palette
   * @param settings limits and CRF
   * @throws IllegalArgumentException if a setting is out of range
   */
  public Segmenter(SegmentationEngine engine, ModelCard card, SegmentSettings settings) {
    this(
        engine,
        card,
        settings.decoder(),
        settings.crf().map(crf -> new CpuRefiner(CrfRuns.of(List.of(crf)))));
  }

  /**
   * A segmenter on a loaded network.
   *
   * @param engine gives the scores; stays the caller's
   * @param card of the same network: its colours become the masks' palette
   * @param decoder of the images, with its limits
   * @param refiner makes labels of the scores; nothing for the network's own labels
   */
  public Segmenter(
      SegmentationEngine engine, ModelCard card, ImageDecoder decoder, Optional<Refiner> refiner) {
    this.scorer = new Scorer(engine, decoder);
    this.refiner = refiner;
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
    Refined refined =
        refiner.isEmpty()
            ? times.time(Stage.INFER, () -> RawLabels.of(image.scores()))
            : times.time(Stage.CRF, () -> refiner.get().refine(image.photo(), image.scores()));
    return times.time(Stage.ENCODE, () -> encode(refined, times));
  }

  private SegmentedImage encode(Refined refined, StageTimes times) {
    LabelMask mask = refined.mask();
    return new SegmentedImage(
        mask,
        PngMaskCodec.encode(mask, palette),
        classPixels(mask),
        refined.meanConfidence(),
        refiner.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(refined.changedFraction()),
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
}
