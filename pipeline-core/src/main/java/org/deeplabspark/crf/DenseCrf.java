package org.deeplabspark.crf;

import java.util.List;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Mean-field inference in a fully connected conditional random field.
 *
 * <p>Q starts as softmax(-U); each iteration sets Q to softmax(-U - sum over k of C_k(K_k Q)),
 * where K_k is a kernel's filter with its normalisation and C_k its compatibility. There is no
 * damping and no test for convergence. The filter is the permutohedral lattice's approximation, as
 * in the reference implementation.
 *
 * <p>Not thread-safe: one instance a thread.
 */
public final class DenseCrf {

  private final CrfSettings settings;
  private final List<Filter> filters;
  private final boolean potts;
  private final float[] weights;
  private final Tiles tiles;
  private final Retirement retirement;

  /**
   * A CRF with these settings.
   *
   * @param settings what to run with
   */
  public DenseCrf(CrfSettings settings) {
    this(settings, KernelChoice.best());
  }

  DenseCrf(CrfSettings settings, KernelChoice choice) {
    this.settings = settings;
    filters = settings.kernels().stream().map(kernel -> new Filter(kernel, choice)).toList();
    potts =
        settings.kernels().stream().allMatch(k -> k.compatibility() instanceof Compatibility.Potts);
    weights = new float[filters.size()];
    for (int k = 0; k < weights.length && potts; k++) {
      weights[k] = -settings.kernels().get(k).compatibility().energy(0, 0);
    }
    tiles = new Tiles(choice);
    retirement = new Retirement(settings.retireBelow(), choice);
  }

  /**
   * Marginal probabilities of each label at each pixel.
   *
   * @param image the photograph
   * @param unary energies -ln p in nats, [labels][height * width], finite, of the image's size; not
   *     changed
   * @return a new map of the unary's shape whose channels sum to 1 at each pixel; the mask is its
   *     {@link FeatureMap#argMax()}
   * @throws IllegalArgumentException if the sizes differ, a score is NaN or infinite, there are
   *     more labels than a {@link LabelMask} has ids, or a compatibility is of another number of
   *     labels
   */
  public FeatureMap marginals(RgbImage image, FeatureMap unary) {
    check(image, unary);
    FeatureMap marginals = FeatureMap.zeros(unary.channels(), unary.height(), unary.width());
    try (Crew crew = new Crew(settings.threads())) {
      crew.run(
          filters.size() + 1,
          (part, worker) -> {
            if (part < filters.size()) {
              filters.get(filters.size() - 1 - part).build(image);
            } else {
              tiles.start(unary);
            }
          });
      filters.forEach(filter -> filter.normalize(crew));
      if (potts) {
        new MeanField(tiles, retirement, crew).run(unary, filters, weights, settings.iterations());
      } else {
        List<Compatibility> compatibilities =
            settings.kernels().stream().map(PairwiseKernel::compatibility).toList();
        new MatrixMeanField(tiles, crew)
            .run(unary, filters, compatibilities, settings.iterations());
      }
    }
    tiles.write(unary, marginals);
    return marginals;
  }

  private void check(RgbImage image, FeatureMap unary) {
    if (unary.width() != image.width() || unary.height() != image.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid unary: must be of the image's size %d x %d, got %d x %d",
              image.width(), image.height(), unary.width(), unary.height()));
    }
    if (unary.channels() > LabelMask.VOID) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid unary: at most %d labels, got %d", LabelMask.VOID, unary.channels()));
    }
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
    for (PairwiseKernel kernel : settings.kernels()) {
      int labels = unary.channels();
      if (kernel.compatibility() instanceof Compatibility.Diagonal c) {
        labels = c.weights().size();
      } else if (kernel.compatibility() instanceof Compatibility.Matrix c) {
        labels = c.rows().size();
      }
      if (labels != unary.channels()) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid compatibility: must be for %d labels, got %d", unary.channels(), labels));
      }
    }
  }
}
