package org.deeplabspark.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads the tensors of a file that {@code torch.save} wrote: a zip file with a pickle and the
 * numbers, or, before PyTorch 1.6, five pickles and the numbers in one stream. Nothing in it is
 * executed ({@link Pickle}).
 *
 * <p>Dictionaries in dictionaries, as training programs save them, give names with dots: {@code
 * state_dict.conv1.weight}.
 */
final class TorchFile {

  /** What to do instead; the one way that needs no trust in the file afterwards. */
  static final String INSTEAD =
      "save its tensors as safetensors instead, in Python:"
          + " safetensors.torch.save_file(model.state_dict(), \"weights.safetensors\")";

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** PyTorch's number, as a pickle, without the two bytes that name the pickle's version. */
  private static final byte[] MAGIC = {
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final int PICKLE_PROTOCOL = 0x80;
  private static final int DEEPEST = 32;
  private static final int MOST_VALUES = 1_000_000;

  private final List<StoredTensor> tensors = new ArrayList<>();
  private int values;

  private TorchFile() {}

  /** Whether a file begins as a zip file or a pickle does. */
  static boolean is(byte[] file) {
    return Arrays.equals(file, 0, Math.min(4, file.length), ZIP, 0, 4)
        || (file.length > 1 && (file[0] & 0xff) == PICKLE_PROTOCOL && file[1] > 1 && file[1] < 6);
  }

  /**
   * All tensors, in the file's order.
   *
   * @throws IllegalArgumentException if it is malformed, or holds anything but tensors, numbers,
   *     texts and collections of them; one line that names it
   */
  static List<StoredTensor> read(byte[] file) {
    try {
      TorchFile reader = new TorchFile();
      reader.flatten("", file[0] == 'P' ? zipped(file) : legacy(file), 0);
      return reader.tensors;
    } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("Invalid .pth file: it is cut off or damaged", e);
    }
  }

  private static Object zipped(byte[] file) {
    Map<String, ByteBuffer> entries = ZipDirectory.entries(file);
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.equals("data.pkl") || name.matches("[^/]+/data\\.pkl"))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Invalid .pth file: a zip file without data.pkl, which PyTorch writes"));
    String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
    ByteBuffer order = entries.get(folder + "byteorder");
    if (order != null && !StandardCharsets.US_ASCII.decode(order).toString().equals("little")) {
      throw new IllegalArgumentException("Invalid .pth file: its numbers are big-endian");
    }
    Pickle reader = new Pickle(entries.get(pickle));
    Object root = reader.next();
    for (TorchStorage storage : reader.storages().values()) {
      ByteBuffer bytes = entries.get(folder + "data/" + storage.key());
      if (bytes == null) {
        throw new IllegalArgumentException(
            "Invalid .pth file: it lacks data/" + StoredTensor.plain(storage.key()));
      }
      storage.lies(bytes);
    }
    return root;
  }

  private static Object legacy(byte[] file) {
    if (file.length < MAGIC.length + 2
        || !Arrays.equals(file, 2, MAGIC.length + 2, MAGIC, 0, MAGIC.length)) {
      throw new IllegalArgumentException(
          "Invalid .pth file: a pickle that torch.save did not write");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(MAGIC.length + 2);
    new Pickle(bytes).next(); // The protocol's number: there has been one only.
    if (new Pickle(bytes).next() instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw new IllegalArgumentException("Invalid .pth file: its numbers are big-endian");
    }
    Pickle reader = new Pickle(bytes);
    Object root = reader.next();
    if (!(new Pickle(bytes).next() instanceof List<?> keys)) {
      throw new IllegalArgumentException("Invalid .pth file: its list of storages is missing");
    }
    for (Object key : keys) {
      TorchStorage storage = key instanceof String text ? reader.storages().get(text) : null;
      if (storage == null) {
        throw new IllegalArgumentException("Invalid .pth file: a storage of no tensor");
      }
      long numbers = bytes.getLong();
      int length = Math.toIntExact(Math.multiplyExact(numbers, (long) storage.width()));
      storage.lies(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
    }
    return root;
  }

  private void flatten(String name, Object value, int depth) {
    values++;
    // Collections may hold themselves, or each other many times.
    if (depth > DEEPEST || values > MOST_VALUES) {
      throw new IllegalArgumentException(
          "Invalid .pth file: its collections are nested too deeply");
    }
    String prefix = name.isEmpty() ? "" : name + ".";
    if (value instanceof TorchTensor tensor) {
      tensors.add(tensor.named(name));
      WeightsFile.refuseTooMany(tensors.size());
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> flatten(prefix + key, inner, depth + 1));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(prefix + i, list.get(i), depth + 1);
      }
    }
  }
}
