package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;

/** From a batch's marginals to what goes home. */
final class LabelPicker {

  private final Kernels kernels;
  private final IntegerKernels integers;
  private final Array winners;
  private final Array picked;
  private final Array confidences;
  private final Array changed;
  private final Array alarms;
  private final Array sums;

  /**
   * What a batch's labels are.
   *
   * @param refined by photograph
   * @param alarms the largest share of a pixel that labels which are not laid out have had, by
   *     photograph
   */
  record Picked(List<Refined> refined, List<Float> alarms) {}

  LabelPicker(Kernels kernels, IntegerKernels integers, Workspace workspace) {
    this.kernels = kernels;
    this.integers = integers;
    winners = workspace.array();
    picked = workspace.array();
    confidences = workspace.array();
    changed = workspace.array();
    alarms = workspace.array();
    sums = workspace.array();
  }

  /** Room for the network's own label of each pixel. */
  DeviceBuffer winners(int pixels) {
    return winners.ofLength(pixels, 1);
  }

  Picked pick(DeviceBatch batch, LabelOrder order, DeviceMeanField field) {
    Device device = kernels.device();
    int pixels = batch.pixels();
    int images = batch.images().size();
    int groups = Kernels.groups(batch.mostPixels(), Kernels.GROUP);
    DeviceBuffer masks = picked.ofLength(pixels, 1);
    DeviceBuffer sure = confidences.ofFloats(pixels);
    integers.fill(changed.ofInts(images), images, 0);
    integers.fill(alarms.ofInts(images), images, 0);
    Kernels.Compiled program = kernels.labels(field.quads());
    program.rows(
        "pickLabels",
        batch.mostPixels(),
        images,
        order.labels(),
        batch.imageTable(),
        order.table(),
        field.marginals(),
        masks,
        sure);
    program.rows(
        "tally",
        batch.mostPixels(),
        images,
        batch.imageTable(),
        winners.buffer(),
        masks,
        sure,
        field.shares(),
        changed.buffer(),
        alarms.buffer(),
        sums.ofFloats((long) images * groups));
    Memory all = new Memory(pixels);
    device.read(masks, all);
    int[] changes = NativeCopies.ints(device, changed.buffer(), images);
    float[] confidence = NativeCopies.floats(device, sums.buffer(), images * groups);
    List<Refined> refined = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      RgbImage image = batch.images().get(i);
      byte[] labels = all.getByteArray(batch.firstPixel(i), image.pixels());
      double sum = 0;
      for (int group = i * groups; group < (i + 1) * groups; group++) {
        sum += confidence[group];
      }
      refined.add(
          new Refined(
              new LabelMask(image.width(), image.height(), labels),
              (float) (sum / image.pixels()),
              (double) changes[i] / image.pixels()));
    }
    List<Float> most = new ArrayList<>();
    for (float alarm : NativeCopies.floats(device, alarms.buffer(), images)) {
      most.add(alarm);
    }
    return new Picked(refined, most);
  }
}
