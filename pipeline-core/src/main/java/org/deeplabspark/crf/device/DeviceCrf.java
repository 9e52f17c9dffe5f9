package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Mean-field inference on a device, as {@link org.deeplabspark.crf.DenseCrf} does it: marginals
 * agree within 1e-4.
 *
 * <p>Small scores go to the device and labels come back; what is between stays there. The bytes
 * that come out depend neither on what else is in the batch nor on the order in which the device
 * works.
 *
 * <p>Not thread-safe. The device stays the caller's.
 */
public final class DeviceCrf implements AutoCloseable {

  private final Device device;
  private final Kernels kernels;
  private final Workspace workspace;
  private final IntegerKernels integers;
  private final LatticeScratch scratch;
  private final DeviceBatch batch;
  private final ScoreMaps scoreMaps;
  private final Array base;
  private final Array energies;
  private final Array marginals;
  private final Array winners;
  private final Array picked;
  private final Array confidences;
  private final Array changed;
  private final Array sums;
  private final Array unaries;
  private CrfSettings settings;
  private List<DeviceLattice> lattices = List.of();

  /**
   * A CRF on a device.
   *
   * @param budgetBytes of the device's memory that it may take
   */
  public DeviceCrf(Device device, CrfSettings settings, long budgetBytes) {
    this.device = device;
    kernels = new Kernels(device);
    workspace = new Workspace(device, budgetBytes);
    integers = new IntegerKernels(kernels, workspace);
    scratch = new LatticeScratch(workspace);
    batch = new DeviceBatch(device, workspace);
    scoreMaps = new ScoreMaps(kernels, workspace);
    base = workspace.array();
    energies = workspace.array();
    marginals = workspace.array();
    winners = workspace.array();
    picked = workspace.array();
    confidences = workspace.array();
    changed = workspace.array();
    sums = workspace.array();
    unaries = workspace.array();
    use(settings);
  }

  /** Switches to other settings; lattices of kernels with the same deviations are kept. */
  public void use(CrfSettings newSettings) {
    List<DeviceLattice> old = new ArrayList<>(lattices);
    List<DeviceLattice> now = new ArrayList<>();
    for (PairwiseKernel kernel : newSettings.kernels()) {
      DeviceLattice same =
          old.stream().filter(lattice -> lattice.adopt(kernel)).findFirst().orElse(null);
      old.remove(same);
      now.add(
          same != null ? same : new DeviceLattice(kernel, kernels, integers, scratch, workspace));
    }
    old.forEach(DeviceLattice::release);
    lattices = now;
    settings = newSettings;
  }

  /**
   * Labels photographs together.
   *
   * @param photos one or more, of any sizes, with scores of the same number of labels and kind
   * @return in the order of the photographs
   * @throws DeviceMemoryException if they do not fit the device or the budget; fewer may
   * @throws IllegalArgumentException if there are more labels than a {@link LabelMask} has ids or a
   *     compatibility is for another number of labels
   */
  public List<Refined> label(List<ScoredPhoto> photos) {
    List<Refined> answers = new ArrayList<>();
    label(photos, Set.of(settings.iterations()), (refined, iterations) -> answers.addAll(refined));
    return answers;
  }

  /**
   * Labels after several numbers of iterations from one run, the same as runs of that many give;
   * {@link CrfSettings#iterations()} is ignored. Lattices are kept for the next call with the same
   * photographs.
   *
   * @param photos as in {@link #label(List)}
   * @param iterations one or more numbers, each at least 0
   * @param answer receives a list in the order of the photographs for each number, ascending
   * @throws DeviceMemoryException as there
   * @throws IllegalArgumentException likewise
   */
  public void label(
      List<ScoredPhoto> photos, Set<Integer> iterations, ObjIntConsumer<List<Refined>> answer) {
    int labels = photos.get(0).scores().classes();
    guarded(
        () -> {
          load(photos.stream().map(ScoredPhoto::image).toList(), labels);
          long length = 4L * quads(labels) * batch.pixels();
          DeviceBuffer own = winners.ofLength(batch.pixels(), 1);
          scoreMaps.expand(photos, batch, base.ofFloats(length), own);
          infer(labels, iterations, done -> answer.accept(labels(labels), done));
        });
  }

  /**
   * Marginals of one photograph from energies of its size.
   *
   * @param unary energies -ln p in nats, [labels][height * width], finite
   * @return a new map of the unary's shape
   */
  FeatureMap marginals(RgbImage image, FeatureMap unary) {
    int labels = unary.channels();
    List<FeatureMap> answer = new ArrayList<>();
    guarded(
        () -> {
          load(List.of(image), labels);
          long length = 4L * quads(labels) * batch.pixels();
          NativeCopies.write(device, unaries, unary.values());
          kernels
              .labels(quads(labels))
              .each(
                  "negate",
                  length,
                  batch.pixels(),
                  labels,
                  unaries.buffer(),
                  base.ofFloats(length));
          infer(labels, Set.of(settings.iterations()), done -> answer.add(planes(unary)));
        });
    return answer.get(0);
  }

  /** Some arrays may be there and others not when work breaks off: starts again with nothing. */
  private void guarded(Runnable work) {
    boolean done = false;
    try {
      work.run();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private FeatureMap planes(FeatureMap like) {
    int lanes = 4 * quads(like.channels());
    float[] q = NativeCopies.floats(device, marginals.buffer(), lanes * batch.pixels());
    FeatureMap planes = FeatureMap.zeros(like.channels(), like.height(), like.width());
    for (int label = 0; label < like.channels(); label++) {
      for (int pixel = 0; pixel < batch.pixels(); pixel++) {
        planes.values()[label * batch.pixels() + pixel] = q[lanes * pixel + label];
      }
    }
    return planes;
  }

  private static int quads(int labels) {
    return (labels + 3) / 4;
  }

  private void load(List<RgbImage> images, int labels) {
    if (labels > LabelMask.VOID) {
      throw new IllegalArgumentException(
          String.format("Invalid scores: at most %d labels, got %d", LabelMask.VOID, labels));
    }
    settings.kernels().forEach(kernel -> kernel.compatibility().requireLabels(labels));
    batch.load(images);
    if (4L * quads(labels) * batch.pixels() > Integer.MAX_VALUE) {
      throw new DeviceMemoryException(
          String.format("%d pixels of %d labels are too many at once", batch.pixels(), labels));
    }
    lattices.forEach(lattice -> lattice.prepare(batch));
  }

  /** Energies are those of the unary; iterates, and tells the numbers of iterations done. */
  private void infer(int labels, Set<Integer> iterations, IntConsumer done) {
    int quads = quads(labels);
    int pixels = batch.pixels();
    long length = 4L * quads * pixels;
    DeviceBuffer q = marginals.ofFloats(length);
    kernels.labels(quads).quads("softmaxOf", pixels, pixels, base.buffer(), q);
    List<DeviceBuffer> factors = lattices.stream().map(l -> l.factors(labels)).toList();
    int last = iterations.stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (int iteration = 0; ; iteration++) {
      if (iterations.contains(iteration)) {
        done.accept(iteration);
      }
      if (iteration == last) {
        return;
      }
      DeviceBuffer from = base.buffer();
      for (int k = 0; k < lattices.size(); k++) {
        DeviceLattice lattice = lattices.get(k);
        boolean replaces = k == lattices.size() - 1;
        // All kernels read the marginals before the last one replaces them.
        DeviceBuffer to = replaces ? q : energies.ofFloats(length);
        DeviceBuffer values = lattice.filter(q, quads);
        kernels
            .filter(lattice.corners(), quads)
            .quads(
                "update",
                pixels,
                pixels,
                labels,
                lattice.square() ? 1 : 0,
                replaces ? 1 : 0,
                lattice.vertices(),
                lattice.sliceWeights(),
                values,
                factors.get(k),
                from,
                to);
        from = to;
      }
    }
  }

  private List<Refined> labels(int labels) {
    int pixels = batch.pixels();
    int images = batch.images().size();
    DeviceBuffer masks = picked.ofLength(pixels, 1);
    DeviceBuffer sure = confidences.ofFloats(pixels);
    Kernels.Compiled program = kernels.labels(quads(labels));
    program.each("pickLabels", pixels, pixels, labels, marginals.buffer(), masks, sure);
    int groups = Kernels.groups(batch.mostPixels(), Kernels.GROUP);
    integers.fill(changed.ofInts(images), images, 0);
    program.rows(
        "tally",
        batch.mostPixels(),
        images,
        batch.imageTable(),
        winners.buffer(),
        masks,
        sure,
        changed.buffer(),
        sums.ofFloats((long) images * groups));
    Memory all = new Memory(pixels);
    device.read(masks, all);
    int[] changes = NativeCopies.ints(device, changed.buffer(), images);
    float[] groupSums = NativeCopies.floats(device, sums.buffer(), images * groups);
    List<Refined> answers = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      RgbImage image = batch.images().get(i);
      double sum = 0;
      for (int group = i * groups; group < (i + 1) * groups; group++) {
        sum += groupSums[group];
      }
      answers.add(
          new Refined(
              new LabelMask(
                  image.width(),
                  image.height(),
                  all.getByteArray(batch.firstPixel(i), image.pixels())),
              (float) (sum / image.pixels()),
              (double) changes[i] / image.pixels()));
    }
    return answers;
  }

  /** Bytes of the device's memory that it holds now. */
  public long workspaceBytes() {
    return workspace.bytes();
  }

  /** Frees its memory on the device; it can be used further. */
  @Override
  public void close() {
    lattices.forEach(DeviceLattice::release);
    workspace.clear();
  }
}
