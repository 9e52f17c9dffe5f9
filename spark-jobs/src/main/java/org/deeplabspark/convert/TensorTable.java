package org.deeplabspark.convert;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.model.StoredTensor;
import org.deeplabspark.model.WeightsFile;
import org.deeplabspark.settings.UsageException;

/** {@code model inspect FILE}: the tensors of a weights file as a table of text. */
public final class TensorTable {

  private static final int MOST_ROWS = 2000;

  private TensorTable() {}

  /**
   * The table and its totals.
   *
   * @param place what the file is called
   * @throws UsageException if it is no weights file that can be read
   */
  public static String of(String place, byte[] file) {
    WeightsFile weights;
    try {
      weights = WeightsFile.read(place, file);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot read " + place + ": " + e.getMessage(), e);
    }
    List<StoredTensor> tensors = weights.tensors();
    StringBuilder text = new StringBuilder();
    text.append(String.format("%-56s %-8s %s%n", "tensor", "type", "shape"));
    for (StoredTensor tensor : tensors.subList(0, Math.min(MOST_ROWS, tensors.size()))) {
      text.append(
          String.format(
              "%-56s %-8s %s%n", StoredTensor.plain(tensor.name()), tensor.type(), tensor.shape()));
    }
    if (tensors.size() > MOST_ROWS) {
      text.append(String.format("... and %,d more%n", tensors.size() - MOST_ROWS));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s, %,d tensors, %,d values%n",
            weights.format(),
            tensors.size(),
            tensors.stream().mapToLong(StoredTensor::length).sum()));
    return text.toString();
  }
}
