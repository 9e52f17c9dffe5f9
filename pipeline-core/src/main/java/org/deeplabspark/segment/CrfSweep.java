package org.deeplabspark.segment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.PairwiseKernel;
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
  private final Map<CrfSettings, TreeMap<Integer, List<Integer>>> runs = new LinkedHashMap<>();
  private DenseCrf crf;

  /**
   * A sweep on a loaded network.
   *
   * @param engine gives the scores; stays the caller's
   * @param decoder of the photographs, with its limits
   * @param settings CRFs to try, in any order; nothing for the network's own labels
   */
  public CrfSweep(
      SegmentationEngine engine, ImageDecoder decoder, List<Optional<CrfSettings>> settings) {
    this.scorer = new Scorer(engine, decoder);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      (settings.get(i).isPresent() ? order : withoutCrf).add(i);
    }
    // Settings with equal lattices are neighbours, the more expensive lattice sorted first.
    order.sort(
        Comparator.comparing((Integer i) -> lattices(settings.get(i).get(), false))
            .thenComparing(i -> lattices(settings.get(i).get(), true)));
    for (int i : order) {
      CrfSettings crf = settings.get(i).get();
      runs.computeIfAbsent(withoutIterations(crf), any -> new TreeMap<>())
          .computeIfAbsent(crf.iterations(), any -> new ArrayList<>())
          .add(i);
    }
  }

  private static String lattices(CrfSettings crf, boolean gaussian) {
    StringBuilder deviations = new StringBuilder();
    for (PairwiseKernel kernel : crf.kernels()) {
      if (kernel instanceof PairwiseKernel.Gaussian == gaussian) {
        deviations.append(kernel.deviations());
      }
    }
    return deviations.toString();
  }

  private static CrfSettings withoutIterations(CrfSettings crf) {
    return new CrfSettings(0, crf.kernels(), crf.retireBelow(), crf.threads());
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
    try {
      times.time(
          Stage.CRF,
          () -> {
            if (!withoutCrf.isEmpty()) {
              LabelMask raw = RawLabels.of(image.scores()).mask();
              withoutCrf.forEach(setting -> masks.accept(setting, raw));
            }
            refine(image, masks);
            return null;
          });
    } catch (StageException e) {
      crf = null; // its workspace may be half of this image and half of the last
      throw e;
    }
    return times.millis(Stage.CRF);
  }

  private void refine(Scorer.Scored image, Masks masks) {
    for (Map.Entry<CrfSettings, TreeMap<Integer, List<Integer>>> run : runs.entrySet()) {
      if (crf == null) {
        crf = new DenseCrf(run.getKey());
      } else {
        crf.use(run.getKey());
      }
      TreeMap<Integer, List<Integer>> byIterations = run.getValue();
      crf.refine(
          image.photo(),
          image.scores(),
          byIterations.navigableKeySet(),
          (refined, iterations) ->
              byIterations
                  .get(iterations)
                  .forEach(setting -> masks.accept(setting, refined.mask())));
    }
  }
}
