package org.deeplabspark.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.RawLabels;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;

/**
 * One image under many CRF settings: decoded and scored once, lattices built once for all settings
 * with the same deviations, and one run for those that differ in their iterations only. Each mask
 * is the one that {@link Segmenter} gives with that setting.
 *
 * <p>Not thread-safe, like {@link Segmenter}.
 */
public final class CrfSweep {

  /** Takes masks as they are made. */
  public interface Masks {
    /**
     * One setting's mask.
     *
     * @param setting index in the constructor's list
     * @param mask of the photograph's size
     */
    void accept(int setting, LabelMask mask);
  }

  private final Scorer scorer;
  private final List<Integer> withoutCrf = new ArrayList<>();
  private final List<Integer> withCrf = new ArrayList<>();
  private final Optional<Refiner> refiner;

  /**
   * A sweep on a loaded network.
   *
   * @param engine gives the scores; stays the caller's
   * @param decoder of the photographs, with its limits
   * @param settings CRFs to try, in any order; nothing for the network's own labels
   * @param makeRefiner makes a refiner for those that there are
   */
  public CrfSweep(
      SegmentationEngine engine,
      ImageDecoder decoder,
      List<Optional<CrfSettings>> settings,
      Function<CrfRuns, Refiner> makeRefiner) {
    this.scorer = new Scorer(engine, decoder);
    for (int i = 0; i < settings.size(); i++) {
      (settings.get(i).isPresent() ? withCrf : withoutCrf).add(i);
    }
    refiner =
        withCrf.isEmpty()
            ? Optional.empty()
            : Optional.of(
                makeRefiner.apply(
                    CrfRuns.of(settings.stream().flatMap(Optional::stream).toList())));
  }

  /**
   * Decodes and scores an image.
   *
   * @param content the image file
   * @throws StageException if it is malformed or the network fails on it
   */
  public Scorer.Scored score(byte[] content) throws StageException {
    return scorer.score(content, new StageTimes());
  }

  /**
   * Labels an image under every setting.
   *
   * @param image what {@link #score} gave
   * @param masks takes one mask for each setting, in any order
   * @return milliseconds in the CRF, what {@code masks} takes included
   * @throws StageException if the CRF fails on this image; some masks may have been given
   */
  public double label(Scorer.Scored image, Masks masks) throws StageException {
    StageTimes times = new StageTimes();
    times.time(
        Stage.CRF,
        () -> {
          if (!withoutCrf.isEmpty()) {
            LabelMask raw = RawLabels.of(image.scores()).mask();
            withoutCrf.forEach(setting -> masks.accept(setting, raw));
          }
          refiner.ifPresent(
              crf ->
                  crf.refine(
                      image.photo(),
                      image.scores(),
                      (place, refined) -> masks.accept(withCrf.get(place), refined.mask())));
          return null;
        });
    return times.millis(Stage.CRF);
  }
}
