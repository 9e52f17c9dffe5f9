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
    return marginals(CrfInput.of(image, unary), built, team);
  }

  FeatureMap marginals(CrfInput input, Predicate<Filter> built, ThreadTeam team) {
    List<FeatureMap> answers = new ArrayList<>();
    SortedSet<Integer> iterations = new TreeSet<>(List.of(settings.iterations()));
    infer(input, built, iterations, done -> answers.add(marginals(input.image(), team)), team);
    return answers.get(0);
  }

  private FeatureMap marginals(RgbImage image, ThreadTeam team) {
    return new Marginals(tiles).all(image.height(), image.width(), team);
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
    requireNumbers(iterations);
    try (ThreadTeam team = new ThreadTeam(settings.threads())) {
      infer(
          CrfInput.of(image, unary),
          filter -> filter.isBuiltFor(image),
          iterations,
          done -> answer.accept(marginals(image, team), done),
          team);
    }
  }

  private static void requireNumbers(SortedSet<Integer> iterations) {
    if (iterations.isEmpty() || iterations.first() < 0) {
      throw new IllegalArgumentException(
          "Invalid iterations: one or more numbers of at least 0, got " + iterations);
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
    try (ThreadTeam team = new ThreadTeam(settings.threads())) {
      return refine(image, scores, filter -> filter.isBuiltForSizeOf(image), team);
    }
  }

  /** Labels by a team that stays the caller's, with as many threads as the settings say. */
  Refined refine(RgbImage image, NetworkScores scores, Predicate<Filter> built, ThreadTeam team) {
    List<Refined> answers = new ArrayList<>();
    SortedSet<Integer> iterations = new TreeSet<>(List.of(settings.iterations()));
    CrfInput input = CrfInput.of(image, scores);
    infer(input, built, iterations, done -> answers.add(labels(image, team)), team);
    return answers.get(0);
  }

  private Refined labels(RgbImage image, ThreadTeam team) {
    return new Marginals(tiles).labels(image.height(), image.width(), team);
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
    requireNumbers(iterations);
    try (ThreadTeam team = new ThreadTeam(settings.threads())) {
      infer(
          CrfInput.of(image, scores),
          filter -> filter.isBuiltFor(image),
          iterations,
          done -> answer.accept(labels(image, team), done),
          team);
    }
  }

  private void infer(
      CrfInput input,
      Predicate<Filter> built,
      SortedSet<Integer> iterations,
      IntConsumer answer,
      ThreadTeam team) {
    input.check(settings);
    RgbImage image = input.image();
    requireMemory(input, List.of());
    try {
      List<List<ThreadTeam.Stage>> builds = new ArrayList<>();
      filters.stream()
          .filter(built.negate())
          .forEach(filter -> builds.add(filter.build(image, team.threads())));
      builds.add(input.start(tiles)); // last, so that it fills up what one thread does alone
      team.runStages(builds);
      requireMemory(input, filters);
      scratch.begin();
      filters.forEach(filter -> filter.normalize(team));
      iterate(
          team,
          iterations.last(),
          done -> {
            if (iterations.contains(done)) {
              answer.accept(done);
            }
          });
    } finally {
      tiles.finish();
    }
  }

  private void iterate(ThreadTeam team, int iterations, IntConsumer done) {
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
      new MatrixMeanField(tiles, team).run(filters, compatibilities, iterations, done);
    }
  }

  private void requireMemory(CrfInput input, List<Filter> built) {
    int width = input.image().width();
    int height = input.image().height();
    int labels = input.labels();
    long needed = CrfMemory.workspaceBytes(width, height, labels, settings, built) + input.bytes();
    if (needed > budgetBytes) {
      throw new CrfMemoryException(width, height, labels, needed, budgetBytes);
    }
  }
}
