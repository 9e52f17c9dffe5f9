package org.deeplabspark.crf.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.ScoreBounds;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
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
 * <p>Labels that {@link ScoreBounds} keep small retire before the first iteration, under the same
 * conditions as in Java ({@link CrfSettings}). A photograph on which they grow beyond the alarm is
 * done again with all labels.
 *
 * <p>Not thread-safe. The device stays the caller's.
 */
public final class DeviceCrf implements AutoCloseable {

  private final Kernels kernels;
  private final Workspace workspace;
  private final IntegerKernels integers;
  private final LatticeScratch scratch;
  private final DeviceBatch batch;
  private final ScoreMaps scoreMaps;
  private final LabelOrder order;
  private final DeviceMeanField field;
  private final LabelPicker picker;
  private final Array unaries;
  private CrfSettings settings;
  private List<DeviceLattice> lattices = List.of();
  private int redone;

  /**
   * A CRF on a device.
   *
   * @param budgetBytes of the device's memory that it may take
   */
  public DeviceCrf(Device device, CrfSettings settings, long budgetBytes) {
    kernels = new Kernels(device);
    workspace = new Workspace(device, budgetBytes);
    integers = new IntegerKernels(kernels, workspace);
    scratch = new LatticeScratch(workspace);
    batch = new DeviceBatch(device, workspace);
    scoreMaps = new ScoreMaps(kernels, workspace);
    order = new LabelOrder(device, workspace);
    field = new DeviceMeanField(kernels, workspace);
    picker = new LabelPicker(kernels, integers, workspace);
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
    Map<Integer, List<Refined>> answers = new TreeMap<>();
    guarded(
        () -> {
          List<Float> alarms = label(photos, iterations, settings.retireBelow() > 0, answers);
          for (int i = 0; i < alarms.size(); i++) {
            if (alarms.get(i) > settings.retirementAlarm()) {
              redone++;
              Map<Integer, List<Refined>> alone = new TreeMap<>();
              label(photos.subList(i, i + 1), iterations, false, alone);
              int place = i;
              alone.forEach((number, only) -> answers.get(number).set(place, only.get(0)));
            }
          }
        });
    answers.forEach((number, refined) -> answer.accept(refined, number));
  }

  /** Labels once; returns the alarms of the photographs. */
  private List<Float> label(
      List<ScoredPhoto> photos,
      Set<Integer> iterations,
      boolean mayRetire,
      Map<Integer, List<Refined>> answers) {
    int labels = photos.get(0).scores().classes();
    load(photos.stream().map(ScoredPhoto::image).toList(), labels);
    order.set(laidOut(photos, mayRetire));
    reserve();
    scoreMaps.expand(photos, batch, order, field, picker.winners(batch.pixels()));
    List<Float> alarms = new ArrayList<>();
    field.iterate(
        lattices,
        iterations,
        number -> {
          LabelPicker.Picked picked = picker.pick(batch, order, field);
          answers.put(number, new ArrayList<>(picked.refined()));
          alarms.clear();
          alarms.addAll(picked.alarms());
        });
    return alarms;
  }

  /** Which labels send messages, [photograph][label]. */
  private List<boolean[]> laidOut(List<ScoredPhoto> photos, boolean mayRetire) {
    float[] reach = new float[photos.size()];
    boolean retire = mayRetire && lattices.stream().allMatch(lattice -> lattice.weight() >= 0);
    for (int k = 0; k < lattices.size() && retire; k++) {
      float[] gains = lattices.get(k).gains(batch);
      for (int i = 0; i < reach.length; i++) {
        reach[i] += lattices.get(k).weight() * gains[i];
      }
    }
    List<boolean[]> laidOut = new ArrayList<>();
    for (int i = 0; i < reach.length; i++) {
      boolean[] all = new boolean[photos.get(i).scores().classes()];
      Arrays.fill(all, true);
      laidOut.add(
          retire && settings.mayRetire(reach[i])
              ? photos.get(i).above(settings.retireBelow())
              : all);
    }
    return laidOut;
  }

  /** Compiles all kernels that photographs with so many labels may need. */
  void compile(int labels) {
    boolean retire =
        settings.retireBelow() > 0 && lattices.stream().allMatch(lattice -> lattice.weight() >= 0);
    for (int laidOut = retire ? 1 : labels; laidOut <= labels; laidOut++) {
      int quads = Kernels.quads(laidOut, labels);
      kernels.labels(quads);
      lattices.forEach(lattice -> kernels.filter(lattice.corners(), quads));
    }
  }

  /** Photographs that were done again with all labels so far. */
  int redone() {
    return redone;
  }

  /**
   * Marginals of one photograph from energies of its size; no label retires.
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
          order.setAll(labels, 1);
          reserve();
          NativeCopies.write(kernels.device(), unaries, unary.values());
          kernels
              .labels(field.quads())
              .each(
                  "negate",
                  4L * field.quads() * batch.pixels(),
                  batch.pixels(),
                  labels,
                  unaries.buffer(),
                  field.base(),
                  field.others());
          field.iterate(
              lattices, Set.of(settings.iterations()), reached -> answer.add(planes(unary)));
        });
    return answer.get(0);
  }

  private FeatureMap planes(FeatureMap like) {
    int lanes = 4 * field.quads();
    float[] q = NativeCopies.floats(kernels.device(), field.marginals(), lanes * batch.pixels());
    FeatureMap planes = FeatureMap.zeros(like.channels(), like.height(), like.width());
    for (int label = 0; label < like.channels(); label++) {
      for (int pixel = 0; pixel < batch.pixels(); pixel++) {
        planes.values()[label * batch.pixels() + pixel] = q[lanes * pixel + label];
      }
    }
    return planes;
  }

  private void load(List<RgbImage> images, int labels) {
    if (labels > LabelMask.VOID) {
      throw new IllegalArgumentException(
          String.format("Invalid scores: at most %d labels, got %d", LabelMask.VOID, labels));
    }
    settings.kernels().forEach(kernel -> kernel.compatibility().requireLabels(labels));
    batch.load(images);
    lattices.forEach(lattice -> lattice.prepare(batch));
  }

  private void reserve() {
    if (4L * order.quads() * batch.pixels() > Integer.MAX_VALUE) {
      throw new DeviceMemoryException(
          String.format(
              "%d pixels of %d labels are too many at once", batch.pixels(), order.labels()));
    }
    field.reserve(order.labels(), order.quads(), batch.pixels());
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

  /** The device's name. */
  String device() {
    return kernels.device().name();
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
