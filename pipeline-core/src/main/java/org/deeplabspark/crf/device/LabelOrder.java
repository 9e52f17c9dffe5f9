package org.deeplabspark.crf.device;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;

/** Which labels of each photograph of a batch are laid out in lanes, those first, and which not. */
final class LabelOrder {

  private final Device device;
  private final Array table;
  private int labels;
  private int mostLaidOut;

  LabelOrder(Device device, Workspace workspace) {
    this.device = device;
    table = workspace.array();
  }

  /**
   * Lays labels out.
   *
   * @param laidOut [image][label]
   */
  void set(List<boolean[]> laidOut) {
    labels = laidOut.get(0).length;
    mostLaidOut = 1;
    int[] fields = new int[(labels + 1) * laidOut.size()];
    for (int image = 0; image < laidOut.size(); image++) {
      boolean[] in = laidOut.get(image);
      int[] first = IntStream.range(0, labels).filter(label -> in[label]).toArray();
      int[] rest = IntStream.range(0, labels).filter(label -> !in[label]).toArray();
      int at = (labels + 1) * image;
      fields[at] = first.length;
      System.arraycopy(first, 0, fields, at + 1, first.length);
      System.arraycopy(rest, 0, fields, at + 1 + first.length, rest.length);
      mostLaidOut = Math.max(mostLaidOut, first.length);
    }
    NativeCopies.write(device, table, fields);
  }

  /** All labels of so many images. */
  void setAll(int newLabels, int images) {
    boolean[] all = new boolean[newLabels];
    Arrays.fill(all, true);
    set(Collections.nCopies(images, all));
  }

  int labels() {
    return labels;
  }

  /** Quads that hold the labels of every photograph. */
  int quads() {
    return Kernels.quads(mostLaidOut, labels);
  }

  /** [image] of the number of labels that are laid out and of all labels, those first. */
  DeviceBuffer table() {
    return table.buffer();
  }
}
