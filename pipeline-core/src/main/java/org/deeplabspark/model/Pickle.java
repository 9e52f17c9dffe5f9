package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a Python pickle as data. A pickle is a program that may call any function of Python; this
 * one knows the instructions that make numbers, texts and collections, and of all functions those
 * that {@link PickleCalls} allows, which it has for itself. Everything else ends the reading with
 * its name.
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">the
 *     instructions</a>
 */
final class Pickle {

  /** Python's None. */
  enum Nothing {
    NONE
  }

  /** Python's tuple, which here is no collection: it is what calls are made with. */
  record Tuple(List<Object> items) {}

  /** Items of arguments; a network has some hundred tensors of some four sizes. */
  private static final int MOST_COPIED = 1_000_000;

  private final ByteBuffer program;
  private final Deque<List<Object>> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private final Map<String, TorchStorage> storages = new LinkedHashMap<>();
  private List<Object> stack = new ArrayList<>();
  private long copied;

  /** Reads on from the buffer's position. */
  Pickle(ByteBuffer program) {
    this.program = program.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What tensors of it are views of, by key. */
  Map<String, TorchStorage> storages() {
    return storages;
  }

  /**
   * Reads to the end of this pickle; the buffer then stands behind it.
   *
   * @return a {@code Map}, {@code List}, {@link Tuple}, {@code String}, {@code Long}, {@code
   *     Double}, {@code Boolean}, {@link Nothing} or {@link TorchTensor}
   * @throws IllegalArgumentException if it is malformed or holds anything else
   */
  Object next() {
    while (true) {
      int code = program.get() & 0xff;
      if (code == '.') {
        return pop(Object.class);
      }
      step(code);
    }
  }

  private void step(int code) {
    switch (code) {
      case 0x80 -> program.get(); // PROTO
      case 0x95 -> program.getLong(); // FRAME
      case 'N' -> push(Nothing.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) unsignedByte());
      case 'M' -> push((long) (program.getShort() & 0xffff));
      case 'J' -> push((long) program.getInt());
      case 0x8a -> push(longNumber());
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(program.getLong())));
      case 'U', 0x8c -> push(text(unsignedByte()));
      case 'T', 'X' -> push(text(program.getInt()));
      case '}' -> push(new LinkedHashMap<>());
      case ']' -> push(new ArrayList<>());
      case ')' -> push(new Tuple(List.of()));
      case '(' -> mark();
      case 't' -> push(new Tuple(toMark()));
      case 0x85 -> push(new Tuple(last(1)));
      case 0x86 -> push(new Tuple(last(2)));
      case 0x87 -> push(new Tuple(last(3)));
      case 'q' -> memo.put(unsignedByte(), peek(Object.class));
      case 'r' -> memo.put(program.getInt(), peek(Object.class));
      case 0x94 -> memo.put(memo.size(), peek(Object.class));
      case 'h' -> push(remembered(unsignedByte()));
      case 'j' -> push(remembered(program.getInt()));
      case 's' -> setItems(last(2));
      case 'u' -> setItems(toMark());
      case 'a' -> append(last(1));
      case 'e' -> append(toMark());
      default -> call(code);
    }
  }

  /** Instructions that name something of Python's. */
  private void call(int code) {
    switch (code) {
      case 'c' -> push(PickleCalls.named(line(), line()));
      case 0x93 -> {
        String name = pop(String.class);
        push(PickleCalls.named(pop(String.class), name));
      }
      case 'R' -> {
        Tuple arguments = pop(Tuple.class);
        arguments.items().forEach(this::refuseMuchWork);
        push(pop(PickleCalls.class).call(arguments.items()));
      }
      case 'Q' -> push(storage(pop(Tuple.class)));
      case 'b' -> {
        // Attributes of a dictionary, such as the versions of its layers: not needed.
        pop(Object.class);
        peek(Map.class);
      }
      default -> throw PickleCalls.refused("the instruction " + Instructions.name(code));
    }
  }

  /** A collection that was read once can be the argument of many calls, in few bytes each. */
  private void refuseMuchWork(Object argument) {
    if (argument instanceof List<?> list) {
      copied += list.size();
    } else if (argument instanceof Tuple tuple) {
      copied += tuple.items().size();
    }
    if (copied > MOST_COPIED) {
      throw new IllegalArgumentException(
          "Invalid .pth file: the collections that its pickle makes are too large");
    }
  }

  private void mark() {
    marks.push(stack);
    stack = new ArrayList<>();
  }

  private List<Object> toMark() {
    if (marks.isEmpty()) {
      throw malformed();
    }
    List<Object> items = stack;
    stack = marks.pop();
    return items;
  }

  private List<Object> last(int count) {
    if (stack.size() < count) {
      throw malformed();
    }
    List<Object> items = stack.subList(stack.size() - count, stack.size());
    List<Object> copy = new ArrayList<>(items);
    items.clear();
    return copy;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private <T> T pop(Class<T> kind) {
    T value = peek(kind);
    stack.remove(stack.size() - 1);
    return value;
  }

  private <T> T peek(Class<T> kind) {
    if (stack.isEmpty() || !kind.isInstance(stack.get(stack.size() - 1))) {
      throw malformed();
    }
    return kind.cast(stack.get(stack.size() - 1));
  }

  private Object remembered(int key) {
    Object value = memo.get(key);
    if (value == null) {
      throw malformed();
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  private void setItems(List<Object> items) {
    PickleCalls.putAll(peek(Map.class), items);
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> items) {
    Collections.addAll((List<Object>) peek(List.class), items.toArray());
  }

  /** ('storage', class, key, device, numbers) and, before PyTorch 1.6, a view that is None. */
  private TorchStorage storage(Tuple id) {
    List<Object> items = id.items();
    if (items.size() < 5
        || !"storage".equals(items.get(0))
        || !(items.get(1) instanceof PickleCalls type)
        || !TorchStorage.isClass(type.name())
        || !(items.get(2) instanceof String key)
        || !(items.get(4) instanceof Long numbers)
        || numbers < 0
        || (items.size() > 5 && items.get(5) != Nothing.NONE)) {
      throw malformed();
    }
    return storages.computeIfAbsent(key, k -> new TorchStorage(type.name(), k, numbers));
  }

  private int unsignedByte() {
    return program.get() & 0xff;
  }

  /** Little-endian. Longer ones, such as a generator's state, are of no use here. */
  private Long longNumber() {
    int length = unsignedByte();
    long number = 0;
    for (int i = 0; i < length; i++) {
      long part = program.get();
      if (i < Long.BYTES) {
        // The last byte has the sign.
        number |= (i == length - 1 ? part : part & 0xff) << (8 * i);
      }
    }
    return number;
  }

  private String text(int length) {
    if (length < 0 || length > program.remaining()) {
      throw malformed();
    }
    byte[] bytes = new byte[length];
    program.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    int from = program.position();
    while (program.get() != '\n') {
      // On to the end of the line.
    }
    byte[] bytes = new byte[program.position() - 1 - from];
    program.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static IllegalArgumentException malformed() {
    return new IllegalArgumentException("Invalid .pth file: its pickle is malformed");
  }

  /** Names of instructions that are refused. */
  private static final class Instructions {

    private static final Map<Integer, String> NAMES =
        Map.ofEntries(
            Map.entry((int) 'i', "INST"),
            Map.entry((int) 'o', "OBJ"),
            Map.entry((int) 'P', "PERSID"),
            Map.entry((int) 'p', "PUT"),
            Map.entry((int) 'g', "GET"),
            Map.entry((int) 'I', "INT"),
            Map.entry((int) 'L', "LONG"),
            Map.entry((int) 'F', "FLOAT"),
            Map.entry((int) 'S', "STRING"),
            Map.entry((int) 'V', "UNICODE"),
            Map.entry((int) 'd', "DICT"),
            Map.entry((int) 'l', "LIST"),
            Map.entry((int) '0', "POP"),
            Map.entry((int) '1', "POP_MARK"),
            Map.entry((int) '2', "DUP"),
            Map.entry((int) 'B', "BINBYTES"),
            Map.entry((int) 'C', "SHORT_BINBYTES"),
            Map.entry(0x81, "NEWOBJ"),
            Map.entry(0x82, "EXT1"),
            Map.entry(0x83, "EXT2"),
            Map.entry(0x84, "EXT4"),
            Map.entry(0x8b, "LONG4"),
            Map.entry(0x8d, "BINUNICODE8"),
            Map.entry(0x8e, "BINBYTES8"),
            Map.entry(0x8f, "EMPTY_SET"),
            Map.entry(0x90, "ADDITEMS"),
            Map.entry(0x91, "FROZENSET"),
            Map.entry(0x92, "NEWOBJ_EX"),
            Map.entry(0x96, "BYTEARRAY8"),
            Map.entry(0x97, "NEXT_BUFFER"),
            Map.entry(0x98, "READONLY_BUFFER"));

    static String name(int code) {
      return NAMES.getOrDefault(code, String.format("0x%02x", code));
    }
  }
}
