package org.deeplabspark.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.model.Pickle.Tuple;

/**
 * The classes and functions of Python that a {@link Pickle} may name: an explicit list, each with
 * what it does here. None of them is Python's.
 *
 * @param module where Python has it
 * @param name what it is called there
 */
record PickleCalls(String module, String name) {

  /**
   * One of the list.
   *
   * @throws IllegalArgumentException naming what is not on it
   */
  static PickleCalls named(String module, String name) {
    boolean allowed =
        switch (module) {
          case "collections" -> name.equals("OrderedDict");
          case "torch" -> TorchStorage.isClass(name);
          case "torch._utils" ->
              name.equals("_rebuild_tensor_v2") || name.equals("_rebuild_parameter");
          default -> false;
        };
    if (!allowed) {
      throw refused(StoredTensor.plain(module + "." + name));
    }
    return new PickleCalls(module, name);
  }

  /** One sentence: what the pickle wants, and how to do without. */
  static IllegalArgumentException refused(String what) {
    return new IllegalArgumentException(
        String.format(
            "Invalid .pth file: its pickle wants %s, which may run any program and is not read: %s",
            what, TorchFile.INSTEAD));
  }

  /** What the function gives. */
  Object call(List<Object> arguments) {
    return switch (name) {
      case "OrderedDict" -> dictionary(arguments);
      case "_rebuild_tensor_v2" -> tensor(arguments);
      case "_rebuild_parameter" -> parameter(arguments);
      default -> throw refused("a call of " + module + "." + name);
    };
  }

  /** Empty, or, as Python 2 wrote it, of a list of pairs. */
  private static Map<Object, Object> dictionary(List<Object> arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : list(arguments.get(0))) {
        putAll(map, list(pair));
      }
    }
    return map;
  }

  /** Adds keys and values in turns. Keys are texts or whole numbers. */
  static void putAll(Map<Object, Object> map, List<Object> items) {
    if (items.size() % 2 != 0) {
      throw Pickle.malformed();
    }
    for (int i = 0; i < items.size(); i += 2) {
      // Collections as keys could hold themselves.
      if (!(items.get(i) instanceof String || items.get(i) instanceof Long)) {
        throw refused("a key that is neither a text nor a whole number");
      }
      map.put(items.get(i), items.get(i + 1));
    }
  }

  /** (storage, offset, shape, strides, whether it has a gradient, hooks). */
  private static TorchTensor tensor(List<Object> arguments) {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof TorchStorage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      throw Pickle.malformed();
    }
    return new TorchTensor(storage, offset, longs(arguments.get(2)), longs(arguments.get(3)));
  }

  /** (tensor, whether it has a gradient, hooks). */
  private static TorchTensor parameter(List<Object> arguments) {
    if (!arguments.isEmpty() && arguments.get(0) instanceof TorchTensor tensor) {
      return tensor;
    }
    throw Pickle.malformed();
  }

  private static List<Object> list(Object value) {
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof List<?> list) {
      return List.copyOf(list);
    }
    throw Pickle.malformed();
  }

  private static List<Long> longs(Object value) {
    if (!(value instanceof Tuple tuple)
        || !tuple.items().stream().allMatch(Long.class::isInstance)) {
      throw Pickle.malformed();
    }
    return tuple.items().stream().map(Long.class::cast).toList();
  }
}
