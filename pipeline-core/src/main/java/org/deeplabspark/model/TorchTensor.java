package org.deeplabspark.model;

import java.util.List;

/**
 * A view of a storage: value (i, j, ...) is number offset + i stride[0] + j stride[1] + ... of it.
 *
 * @param shape sizes of its dimensions
 * @param strides one a dimension
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {

  /**
   * Checks that the storage has all values.
   *
   * @throws IllegalArgumentException if not
   */
  TorchTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
    boolean empty = shape.contains(0L);
    long last = offset;
    for (int i = 0; i < Math.min(shape.size(), strides.size()); i++) {
      if (shape.get(i) < 0 || strides.get(i) < 0) {
        throw invalid(shape, storage);
      }
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape.get(i) - 1), strides.get(i)));
    }
    if (shape.size() != strides.size()
        || offset < 0
        || (!empty && last >= storage.numbers())
        || last > Integer.MAX_VALUE) {
      throw invalid(shape, storage);
    }
  }

  private static IllegalArgumentException invalid(List<Long> shape, TorchStorage storage) {
    return new IllegalArgumentException(
        String.format(
            "Invalid .pth file: a tensor of shape %s does not lie in storage %s",
            shape, StoredTensor.plain(storage.key())));
  }

  StoredTensor named(String name) {
    return new StoredTensor(name, storage.type(), shape, this::values);
  }

  private float[] values() {
    int length = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    if (contiguous()) {
      return storage.values((int) offset, length);
    }
    float[] all = storage.values(0, (int) storage.numbers());
    float[] values = new float[length];
    long[] index = new long[shape.size()];
    for (int i = 0; i < length; i++) {
      long from = offset;
      for (int d = 0; d < index.length; d++) {
        from += index[d] * strides.get(d);
      }
      values[i] = all[(int) from];
      for (int d = index.length - 1; d >= 0 && ++index[d] == shape.get(d); d--) {
        index[d] = 0;
      }
    }
    return values;
  }

  private boolean contiguous() {
    long step = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides.get(i) != step) {
        return shape.contains(0L);
      }
      step *= shape.get(i);
    }
    return true;
  }
}
