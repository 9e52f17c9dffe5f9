package org.deeplabspark.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads safetensors files: the length of a JSON header in 8 bytes, the header, the numbers. Nothing
 * in such a file can be executed.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
 */
final class Safetensors {

  private static final int LENGTH_BYTES = 8;

  private Safetensors() {}

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
   * All tensors of floating-point numbers; those of integers, which no layer here has, are left
   * out.
   *
   * @throws IllegalArgumentException if the header is not valid or points outside the file
   */
  static Map<String, NamedTensor> read(byte[] file) {
    int header = (int) headerLength(file);
    String json = new String(file, LENGTH_BYTES, header, StandardCharsets.UTF_8);
    ByteBuffer numbers = ByteBuffer.wrap(file, LENGTH_BYTES + header, file.length - header - 8);
    Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    try {
      // Plain JSON: HOCON's includes and substitutions are not looked for.
      Config root =
          ConfigFactory.parseString(
              json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
      for (String name : root.root().keySet()) {
        if (!name.equals("__metadata__")) {
          add(name, root.getConfig(ConfigUtil.joinPath(name)), numbers.slice(), tensors);
        }
      }
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "Invalid safetensors header: " + e.getMessage().replaceAll("\\s+", " "), e);
    }
    return tensors;
  }

  private static void add(
      String name, Config entry, ByteBuffer numbers, Map<String, NamedTensor> tensors) {
    List<Long> shape = entry.getLongList("shape");
    List<Long> offsets = entry.getLongList("data_offsets");
    String type = entry.getString("dtype");
    if (type.startsWith("I") || type.startsWith("U") || type.equals("BOOL")) {
      return;
    }
    FloatBytes format;
    try {
      format = FloatBytes.valueOf(type);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format("Invalid tensor %s: cannot read numbers of type %s", name, type), e);
    }
    long length = (long) NamedTensor.length(name, shape) * format.width();
    if (offsets.size() != 2
        || offsets.get(0) < 0
        || offsets.get(1) > numbers.remaining()
        || offsets.get(1) - offsets.get(0) != length) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: %s of shape %s does not lie at bytes %s of %d",
              name, type, shape, offsets, numbers.remaining()));
    }
    ByteBuffer part = numbers.slice((int) (long) offsets.get(0), (int) length);
    tensors.put(
        name, new NamedTensor(shape.stream().map(Math::toIntExact).toList(), format.read(part)));
  }
}
