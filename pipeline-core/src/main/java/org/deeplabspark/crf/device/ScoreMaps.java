package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.List;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;

/** Small scores of a batch on the device, with what enlarges them. */
final class ScoreMaps {

  private static final int FIELDS = 12;

  private final Kernels kernels;
  private final Array table;
  private final Array scores;
  private final Array firsts;
  private final Array weights;

  ScoreMaps(Kernels kernels, Workspace workspace) {
    this.kernels = kernels;
    table = workspace.array();
    scores = workspace.array();
    firsts = workspace.array();
    weights = workspace.array();
  }

  /**
   * Writes energies of all pixels, and the label of the largest score of each.
   *
   * @param photos of the batch, in order
   * @param winners receives [pixel]
   */
  void expand(
      List<ScoredPhoto> photos,
      DeviceBatch batch,
      LabelOrder order,
      DeviceMeanField field,
      DeviceBuffer winners) {
    load(photos, batch);
    kernels
        .labels(order.quads())
        .quadRows(
            "expand",
            batch.mostPixels(),
            photos.size(),
            order.labels(),
            photos.get(0).scores().kind() == OutputKind.PROBABILITIES ? 1 : 0,
            table.buffer(),
            scores.buffer(),
            firsts.buffer(),
            weights.buffer(),
            order.table(),
            field.base(),
            field.others(),
            winners);
  }

  private void load(List<ScoredPhoto> photos, DeviceBatch batch) {
    int values = 0;
    int targets = 0;
    int taps = 0;
    for (ScoredPhoto photo : photos) {
      values = Math.addExact(values, photo.scores().map().values().length);
      for (Resampling axis : axes(photo)) {
        targets += axis.targetLength();
        taps += axis.targetLength() * axis.taps();
      }
    }
    Memory scoreValues = new Memory((long) Float.BYTES * values);
    int[] fields = new int[FIELDS * photos.size()];
    int[] first = new int[targets];
    float[] weight = new float[taps];
    values = 0;
    targets = 0;
    taps = 0;
    for (int i = 0; i < photos.size(); i++) {
      ScoredPhoto photo = photos.get(i);
      FeatureMap map = photo.scores().map();
      scoreValues.write((long) Float.BYTES * values, map.values(), 0, map.values().length);
      int at = FIELDS * i;
      fields[at++] = batch.firstPixel(i);
      fields[at++] = photo.image().width();
      fields[at++] = photo.image().pixels();
      fields[at++] = values;
      fields[at++] = map.width();
      fields[at++] = map.planeSize();
      values += map.values().length;
      for (Resampling axis : axes(photo)) {
        fields[at++] = axis.taps();
        fields[at++] = targets;
        fields[at++] = taps;
        for (int target = 0; target < axis.targetLength(); target++) {
          first[targets++] = axis.first(target);
          for (int tap = 0; tap < axis.taps(); tap++) {
            weight[taps++] = axis.weight(target, tap);
          }
        }
      }
    }
    Device device = kernels.device();
    NativeCopies.write(device, table, fields);
    NativeCopies.write(device, scores, scoreValues);
    NativeCopies.write(device, firsts, first);
    NativeCopies.write(device, weights, weight);
  }

  private static List<Resampling> axes(ScoredPhoto photo) {
    return List.of(photo.scores().rows(), photo.scores().columns());
  }
}
