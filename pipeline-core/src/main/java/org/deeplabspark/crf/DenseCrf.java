package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
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
 * <p>Place alone decides a gaussian kernel's lattice and norm: they serve all images of one size
 * that follow each other.
 *
 * <p>Not thread-safe: one instance a thread.
 */
public final class DenseCrf {

  private final KernelChoice choice;
  private final long budgetBytes;
  private final Tiles tiles;
  private final OnesRoom room;
  private CrfSettings settings;
  private List<Filter> filters = List.of();
  private RgbImage lastImage;

  /**
   * A CRF with these settings, whose workspace may take three quarters of the JVM's heap.
   *
   * @param settings what to run with
   */
  public DenseCrf(CrfSettings settings) {
    this(settings, Runtime.getRuntime().maxMemory() / 4 * 3);
  }

  /**
   * A CRF with these settings and a memory budget.
   *
   * @param settings what to run with
   * @param budgetBytes what {@link CrfMemory#workspaceBytes} may be
   */
  public DenseCrf(CrfSettings settings, long budgetBytes) {
    this(settings, budgetBytes, KernelChoice.best());
  }

  DenseCrf(CrfSettings settings, KernelChoice choice) {
    this(settings, Long.MAX_VALUE, choice);
  }

  private DenseCrf(CrfSettings settings, long budgetBytes, KernelChoice choice) {
    this.choice = choice;
    this.budgetBytes = budgetBytes;
    tiles = new Tiles(choice);
    room = new OnesRoom(tiles);
    use(settings);
  }

  /**
   * Goes on with other settings. Lattices depend on the deviations and the image only: those of
   * kernels that keep their deviations are kept for {@link #marginalsOfLastImage}, and the arrays
   * of the others for new lattices.
   *
   * @param settings what to run with from now on
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
        now[k] = new Filter(kernel, choice, room);
      }
    }
    filters = List.of(now);
  }

  /** Takes the first filter that becomes what is wanted out of the list; null where none does. */
  private static Filter take(List<Filter> filters, Predicate<Filter> becomes) {
    for (Filter filter : filters) {
      if (becomes.test(filter)) {
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
   *     more labels than a {@link LabelMask} has ids, or a compatibility is of another number of
   *     labels
   */
  public FeatureMap marginals(RgbImage image, FeatureMap unary) {
    lastImage = null;
    check(image, unary);
    requireMemory(image, unary, List.of());
    return infer(image, unary, unbuilt(filter -> filter.isBuiltForSizeOf(image)));
  }

  /**
   * Marginals at several numbers of iterations from one run, each the same as a run of that many
   * gives; {@link CrfSettings#iterations()} is not looked at. Lattices of the last call's image are
   * used again where it is the same object, which must not have changed.
   *
   * @param image as in {@link #marginals(RgbImage, FeatureMap)}
   * @param unary likewise
   * @param iterations one or more numbers, each at least 0
   * @param answer is given a new map for each number in rising order
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
    boolean again = lastImage == image;
    lastImage = null;
    check(image, unary);
    requireMemory(image, unary, List.of());
    try (Crew crew = new Crew(settings.threads())) {
      infer(
          image,
          unary,
          unbuilt(filter -> again ? filter.isBuiltFor(image) : filter.isBuiltForSizeOf(image)),
          iterations.last(),
          crew,
          reached -> {
            if (iterations.contains(reached)) {
              FeatureMap marginals =
                  FeatureMap.zeros(unary.channels(), unary.height(), unary.width());
              tiles.write(marginals, crew);
              answer.accept(marginals, reached);
            }
          });
    }
  }

  /**
   * The same for the image of the last call, whose lattices are used again. The image must not have
   * changed.
   *
   * @param unary as in {@link #marginals}
   * @return as in {@link #marginals}
   * @throws IllegalArgumentException as in {@link #marginals}
   * @throws IllegalStateException if there was no such call, or it failed
   */
  public FeatureMap marginalsOfLastImage(FeatureMap unary) {
    RgbImage image = lastImage;
    if (image == null) {
      throw new IllegalStateException("no image whose lattices could be used again");
    }
    check(image, unary);
    requireMemory(image, unary, List.of());
    return infer(image, unary, unbuilt(filter -> filter.isBuiltFor(image)));
  }

  private List<Filter> unbuilt(Predicate<Filter> built) {
    return filters.stream().filter(built.negate()).toList();
  }

  private FeatureMap infer(RgbImage image, FeatureMap unary, List<Filter> unbuilt) {
    try (Crew crew = new Crew(settings.threads())) {
      return infer(image, unary, unbuilt, crew);
    }
  }

  /** With a crew of as many threads as the settings say, for the caller to close. */
  FeatureMap infer(RgbImage image, FeatureMap unary, List<Filter> unbuilt, Crew crew) {
    FeatureMap marginals = FeatureMap.zeros(unary.channels(), unary.height(), unary.width());
    int iterations = settings.iterations();
    infer(
        image,
        unary,
        unbuilt,
        iterations,
        crew,
        reached -> {
          if (reached == iterations) {
            tiles.write(marginals, crew);
          }
        });
    return marginals;
  }

  private void infer(
      RgbImage image,
      FeatureMap unary,
      List<Filter> unbuilt,
      int iterations,
      Crew crew,
      IntConsumer reached) {
    try {
      build(image, unary, unbuilt, crew);
      lastImage = image;
      requireMemory(image, unary, filters);
      room.begin();
      filters.forEach(filter -> filter.normalize(crew));
      run(unary, crew, iterations, reached);
    } finally {
      tiles.finish();
    }
  }

  /** The filters of the kernels, in their order. */
  List<Filter> filters() {
    return filters;
  }

  private void build(RgbImage image, FeatureMap unary, List<Filter> unbuilt, Crew crew) {
    unbuilt.forEach(filter -> filter.begin(image, crew.threads()));
    for (int step = 0; step < HashedLattice.STEPS; step++) {
      List<Runnable> tasks = new ArrayList<>();
      if (step == 1) {
        tasks.add(() -> tiles.start(unary));
      }
      for (Filter filter : unbuilt) {
        filter.addTasks(step, tasks);
      }
      crew.runAll(tasks);
    }
  }

  private void run(FeatureMap unary, Crew crew, int iterations, IntConsumer reached) {
    List<Compatibility> compatibilities =
        settings.kernels().stream().map(PairwiseKernel::compatibility).toList();
    if (compatibilities.stream().allMatch(Compatibility.Potts.class::isInstance)) {
      float[] weights = new float[filters.size()];
      for (int k = 0; k < weights.length; k++) {
        weights[k] = -compatibilities.get(k).energy(0, 0);
      }
      Retirement retirement = new Retirement(settings.retireBelow(), choice);
      new MeanField(tiles, retirement, filters, weights, crew).run(iterations, reached);
    } else {
      new MatrixMeanField(tiles, crew).run(unary, filters, compatibilities, iterations, reached);
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
