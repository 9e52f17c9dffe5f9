package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;

/**
 * Mean-field inference in a fully connected conditional random field.
 *
 * <p>Q starts as softmax(-U); each iteration sets Q to softmax(-U - sum over k of C_k(K_k Q)),
 * where K_k is a kernel's filter with its normalisation and C_k its compatibility. There is no
 * damping and no test for convergence. Filters are approximated on a permutohedral lattice, as in
 * the reference implementation.
 *
 * <p>A gaussian kernel's lattice and norm depend on the image's size alone: consecutive images of
 * one size share them.
 *
 * <p>Not thread-safe: use one instance a thread.
 */
public final class DenseCrf {

  private final KernelChoice choice;
  private final long budgetBytes;
  private final Tiles tiles;
  private final NormScratch scratch;
  private CrfSettings settings;
  private List<Filter> filters = List.of();

  /** Creates a CRF whose workspace may take three quarters of the JVM's heap. */
  public DenseCrf(CrfSettings settings) {
    this(settings, Runtime.getRuntime().maxMemory() / 4 * 3, KernelChoice.best());
  }

  /**
   * Creates a CRF.
   *
   * @param budgetBytes limit of {@link CrfMemory#workspaceBytes}
   */
  DenseCrf(CrfSettings settings, long budgetBytes, KernelChoice choice) {
    this.choice = choice;
    this.budgetBytes = budgetBytes;
    tiles = new Tiles(choice);
    scratch = new NormScratch(tiles);
    use(settings);
  }

  /**
   * Switches to other settings. A lattice depends on its kernel's standard deviations and the image
   * only: it is kept for every kernel whose deviations stay, and the arrays of the others are used
   * for new lattices.
   */
  public void use(CrfSettings settings) {
    this.settings = settings;
    List<Filter> old = new ArrayList<>(filters);
    List<PairwiseKernel> kernels = settings.kernels();
    Filter[] now = new Filter[kernels.size()];
    for (int k = 0; k < now.length; k++) {
      PairwiseKernel kernel = kernels.get(k);
      now[k] = take(old, filter -> filter.adopt(kernel));
    }
    for (int k = 0; k < now.length; k++) {
      PairwiseKernel kernel = kernels.get(k);
      if (now[k] == null) {
        now[k] = take(old, filter -> filter.rebase(kernel));
      }
      if (now[k] == null) {
        now[k] = new Filter(kernel, choice, scratch);
      }
    }
    filters = List.of(now);
  }

  /** Removes and returns the first filter that passes; null where none does. */
  private static Filter take(List<Filter> filters, Predicate<Filter> passes) {
    for (Filter filter : filters) {
      if (passes.test(filter)) {
        filters.remove(filter);
        return filter;
      }
    }
    return null;
  }

  /**
   * Marginal probabilities of each label at each pixel.
   *
   * @param image the photograph
   * @param unary energies -ln p in nats, [labels][height * width], finite, of the image's size; not
   *     changed
   * @return a new map of the unary's shape whose channels sum to 1 at each pixel; the mask is its
   *     {@link FeatureMap#argMax()}
   * @throws CrfMemoryException if the image does not fit the memory budget
   * @throws IllegalArgumentException if the sizes differ, a score is NaN or infinite, there are
   *     more labels than a {@link LabelMask} has ids, or a compatibility is for another number of
   *     labels
   */
  public FeatureMap marginals(RgbImage image, FeatureMap unary) {
    try (ThreadTeam team = new ThreadTeam(settings.threads())) {
      return marginals(image, unary, filter -> filter.isBuiltForSizeOf(image), team);
    }
  }

  /** Marginals by a team that stays the caller's, with as many threads as the settings say. */
  FeatureMap marginals(RgbImage image, FeatureMap unary, Predicate<Filter> built, ThreadTeam team) {
    List<FeatureMap> answers = new ArrayList<>();
    SortedSet<Integer> iterations = new TreeSet<>(List.of(settings.iterations()));
    infer(image, unary, built, iterations, (marginals, done) -> answers.add(marginals), team);
    return answers.get(0);
  }

  /**
   * Marginals after several numbers of iterations from one run, the same as runs of that many give;
   * {@link CrfSettings#iterations()} is ignored. If the image is the same object as in the last
   * call, its lattices are used again; it must not have changed since.
   *
   * @param image as in {@link #marginals(RgbImage, FeatureMap)}
   * @param unary likewise
   * @param iterations one or more numbers, each at least 0
   * @param answer receives a new map for each number, in ascending order
   * @throws IllegalArgumentException as there, or if there is no number or one is negative
   * @throws CrfMemoryException as there
   */
  public void marginals(
      RgbImage image,
      FeatureMap unary,
      SortedSet<Integer> iterations,
      ObjIntConsumer<FeatureMap> answer) {
    if (iterations.isEmpty() || iterations.first() < 0) {
      throw new IllegalArgumentException(
          "Invalid iterations: one or more numbers of at least 0, got " + iterations);
    }
    try (ThreadTeam team = new ThreadTeam(settings.threads())) {
      infer(image, unary, filter -> filter.isBuiltFor(image), iterations, answer, team);
    }
  }

  /**
   * Labels of a photograph from a network's scores: the energies of their softmax, whose
   * probabilities count as at least 1e-5.
   *
   * @param image the photograph
   * @param scores of the image's size; not changed
   * @throws CrfMemoryException if the image does not fit the memory budget
   * @throws IllegalArgumentException as {@link #marginals(RgbImage, FeatureMap)}
   */
  public Refined refine(RgbImage image, NetworkScores scores) {
    List<Refined> answers = new ArrayList<>();
    SortedSet<Integer> iterations = new TreeSet<>(List.of(settings.iterations()));
    refine(image, scores, iterations, (refined, done) -> answers.add(refined));
    return answers.get(0);
  }

  /**
   * Labels after several numbers of iterations from one run, as {@link #marginals(RgbImage,
   * FeatureMap, SortedSet, ObjIntConsumer)} gives marginals.
   *
   * @param image the photograph
   * @param scores of the image's size; not changed
   * @param iterations one or more numbers, each at least 0
   * @param answer receives the labels after each number, in ascending order
   */
  public void refine(
      RgbImage image,
      NetworkScores scores,
      SortedSet<Integer> iterations,
      ObjIntConsumer<Refined> answer) {
    scores.requireFinite();
    LabelMask raw = RawLabels.of(scores).mask();
    marginals(
        image,
        Unary.fromProbabilities(scores.probabilities()),
        iterations,
        (marginals, done) -> answer.accept(labels(marginals, raw), done));
  }

  private static Refined labels(FeatureMap marginals, LabelMask raw) {
    LabelMask mask = LabelMask.argMax(marginals);
    double sum = 0;
    int changed = 0;
    for (int pixel = 0; pixel < mask.pixels(); pixel++) {
      sum += marginals.values()[mask.label(pixel) * mask.pixels() + pixel];
      changed += mask.label(pixel) == raw.label(pixel) ? 0 : 1;
    }
    return new Refined(mask, (float) (sum / mask.pixels()), (double) changed / mask.pixels());
  }

  private void infer(
      RgbImage image,
      FeatureMap unary,
      Predicate<Filter> built,
      SortedSet<Integer> iterations,
      ObjIntConsumer<FeatureMap> answer,
      ThreadTeam team) {
    check(image, unary);
    requireMemory(image, unary, List.of());
    try {
      List<List<ThreadTeam.Stage>> builds = new ArrayList<>();
      ThreadTeam.Stage start = new ThreadTeam.Stage(1, all -> tiles.start(unary));
      builds.add(List.of(ThreadTeam.Stage.EMPTY, start));
      filters.stream()
          .filter(built.negate())
          .forEach(filter -> builds.add(filter.build(image, team.threads())));
      team.runStages(builds);
      requireMemory(image, unary, filters);
      scratch.begin();
      filters.forEach(filter -> filter.normalize(team));
      iterate(
          unary,
          team,
          iterations.last(),
          done -> {
            if (iterations.contains(done)) {
              FeatureMap marginals =
                  FeatureMap.zeros(unary.channels(), unary.height(), unary.width());
              tiles.write(marginals, team);
              answer.accept(marginals, done);
            }
          });
    } finally {
      tiles.finish();
    }
  }

  private void iterate(FeatureMap unary, ThreadTeam team, int iterations, IntConsumer done) {
    List<Compatibility> compatibilities =
        settings.kernels().stream().map(PairwiseKernel::compatibility).toList();
    if (compatibilities.stream().allMatch(Compatibility.Potts.class::isInstance)) {
      float[] weights = new float[filters.size()];
      for (int k = 0; k < weights.length; k++) {
        weights[k] = -compatibilities.get(k).energy(0, 0);
      }
      Retirement retirement = new Retirement(settings.retireBelow(), choice);
      new MeanField(tiles, retirement, filters, weights, team).run(iterations, done);
    } else {
      new MatrixMeanField(tiles, team).run(unary, filters, compatibilities, iterations, done);
    }
  }

  private void requireMemory(RgbImage image, FeatureMap unary, List<Filter> built) {
    int labels = unary.channels();
    long needed = CrfMemory.workspaceBytes(image.width(), image.height(), labels, settings, built);
    if (needed > budgetBytes) {
      throw new CrfMemoryException(image.width(), image.height(), labels, needed, budgetBytes);
    }
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
