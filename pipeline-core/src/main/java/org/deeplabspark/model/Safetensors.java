package org.deeplabspark.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Reads safetensors files: the length of a JSON header in 8 bytes, the header, the numbers. Nothing
 * in such a file can be executed.
 *
 * <p>The header is read token by token and by the format's own grammar, so that one nested deeply
 * ends at the first bracket that has no place there.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
 */
final class Safetensors {

  private static final int LENGTH_BYTES = 8;

  /** Of the header; 10,000 tensors with long names take 2 MB. */
  private static final int MOST_HEADER_BYTES = 16 << 20;

  private static final int MOST_DIMENSIONS = 16;

  private static final Map<String, Integer> WIDTHS =
      Map.ofEntries(
          Map.entry("F64", 8),
          Map.entry("F32", 4),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("I64", 8),
          Map.entry("I32", 4),
          Map.entry("I16", 2),
          Map.entry("I8", 1),
          Map.entry("U64", 8),
          Map.entry("U32", 4),
          Map.entry("U16", 2),
          Map.entry("U8", 1),
          Map.entry("BOOL", 1));

  private static final JsonFactory JSON =
      new JsonFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** Where a tensor's bytes lie, counted from the end of the header. */
  private record Range(String name, long from, long to) {}

  private final ByteBuffer numbers;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final List<Range> ranges = new ArrayList<>();

  private Safetensors(ByteBuffer numbers) {
    this.numbers = numbers;
  }

  /** Whether a file begins as one of this format does. */
  static boolean is(byte[] file) {
    return file.length > LENGTH_BYTES + 1
        && headerLength(file) <= file.length - LENGTH_BYTES
        && headerLength(file) > 0
        && file[LENGTH_BYTES] == '{';
  }

  private static long headerLength(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  /**
   * All tensors, in the header's order.
   *
   * @throws IllegalArgumentException if the header is not valid, points outside the file or gives
   *     two tensors the same bytes
   */
  static List<StoredTensor> read(byte[] file) {
    int header = (int) headerLength(file);
    if (header > MOST_HEADER_BYTES) {
      throw invalid(header + " bytes long, at most " + MOST_HEADER_BYTES + " are read");
    }
    int start = LENGTH_BYTES + header;
    Safetensors reader = new Safetensors(ByteBuffer.wrap(file, start, file.length - start).slice());
    try (JsonParser json = JSON.createParser(file, LENGTH_BYTES, header)) {
      reader.header(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid safetensors header: " + StoredTensor.plain(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("Invalid safetensors header: " + e.getMessage(), e);
    }
    reader.refuseOverlaps();
    return reader.tensors;
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException("Invalid safetensors header: " + what);
  }

  private void header(JsonParser json) throws IOException {
    want(json, JsonToken.START_OBJECT, "the header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.getCurrentName();
      if (name.equals("__metadata__")) {
        metadata(json);
      } else {
        tensor(name, json);
        WeightsFile.refuseTooMany(tensors.size());
      }
    }
  }

  /** Texts by name, none of which is needed. */
  private static void metadata(JsonParser json) throws IOException {
    want(json, JsonToken.START_OBJECT, "__metadata__");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      want(json, JsonToken.VALUE_STRING, "__metadata__");
    }
  }

  private void tensor(String name, JsonParser json) throws IOException {
    want(json, JsonToken.START_OBJECT, name);
    String type = "";
    List<Long> shape = null;
    List<Long> offsets = List.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      switch (json.getCurrentName()) {
        case "dtype" -> {
          want(json, JsonToken.VALUE_STRING, name);
          type = StoredTensor.plain(json.getText());
        }
        case "shape" -> shape = longs(json, name);
        case "data_offsets" -> offsets = longs(json, name);
        default ->
            throw invalid(
                String.format(
                    "tensor %s has the unknown key %s",
                    StoredTensor.plain(name), StoredTensor.plain(json.getCurrentName())));
      }
    }
    if (shape == null) {
      throw invalid("tensor " + StoredTensor.plain(name) + " has no shape");
    }
    add(name, type, shape, offsets);
  }

  private void add(String name, String type, List<Long> shape, List<Long> offsets) {
    if (!WIDTHS.containsKey(type)) {
      throw unreadable(name, type);
    }
    StoredTensor tensor = new StoredTensor(name, type, shape, () -> values(name, type, offsets));
    if (offsets.size() != 2
        || offsets.get(0) < 0
        || offsets.get(1) > numbers.remaining()
        || offsets.get(1) - offsets.get(0) != (long) tensor.length() * WIDTHS.get(type)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: %s of shape %s does not lie at bytes %s of %d",
              StoredTensor.plain(name), type, shape, offsets, numbers.remaining()));
    }
    ranges.add(new Range(name, offsets.get(0), offsets.get(1)));
    tensors.add(tensor);
  }

  private float[] values(String name, String type, List<Long> offsets) {
    FloatBytes format = FloatBytes.named(type).orElseThrow(() -> unreadable(name, type));
    int from = (int) (long) offsets.get(0);
    return format.read(numbers.slice(from, (int) (offsets.get(1) - from)));
  }

  private static IllegalArgumentException unreadable(String name, String type) {
    return new IllegalArgumentException(
        String.format(
            "Invalid tensor %s: cannot read numbers of type %s", StoredTensor.plain(name), type));
  }

  private static List<Long> longs(JsonParser json, String whose) throws IOException {
    want(json, JsonToken.START_ARRAY, whose);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      numbers.add(json.getLongValue());
      if (numbers.size() > MOST_DIMENSIONS) {
        throw invalid("tensor " + StoredTensor.plain(whose) + " has too many dimensions");
      }
    }
    if (json.currentToken() != JsonToken.END_ARRAY) {
      throw misplaced(json.currentToken(), whose);
    }
    return numbers;
  }

  private static void want(JsonParser json, JsonToken wanted, String whose) throws IOException {
    JsonToken token = json.nextToken();
    if (token != wanted) {
      throw misplaced(token, whose);
    }
  }

  private static IllegalArgumentException misplaced(JsonToken token, String whose) {
    return invalid(
        String.format(
            "%s has no place in %s",
            token == null ? "the end" : token.name(), StoredTensor.plain(whose)));
  }

  private void refuseOverlaps() {
    // Tensors without numbers have no bytes to share.
    List<Range> order =
        ranges.stream()
            .filter(range -> range.to > range.from)
            .sorted(Comparator.comparingLong(Range::from))
            .toList();
    for (int i = 1; i < order.size(); i++) {
      if (order.get(i).from < order.get(i - 1).to) {
        throw invalid(
            String.format(
                "tensors %s and %s have bytes in common",
                StoredTensor.plain(order.get(i - 1).name), StoredTensor.plain(order.get(i).name)));
      }
    }
  }
}
