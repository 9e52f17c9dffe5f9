package org.deeplabspark.model;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** One JSON object of a card: reads typed values, remembers which keys it was asked for. */
final class Section {

  private final String origin;
  private final String path;
  private final ConfigObject object;
  private final Set<String> known = new LinkedHashSet<>();

  Section(String origin, String path, ConfigObject object) {
    this.origin = origin;
    this.path = path;
    this.object = object;
  }

  boolean has(String key) {
    known.add(key);
    return object.containsKey(key);
  }

  String string(String key) {
    return (String) value(key, ConfigValueType.STRING, "a string").unwrapped();
  }

  double number(String key) {
    return ((Number) value(key, ConfigValueType.NUMBER, "a number").unwrapped()).doubleValue();
  }

  int integer(String key) {
    double number = number(key);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw invalid(key, "must be a whole number, got " + number);
    }
    return (int) number;
  }

  boolean flag(String key) {
    return (Boolean) value(key, ConfigValueType.BOOLEAN, "true or false").unwrapped();
  }

  /** Three numbers, or one that stands for three. */
  List<Double> channels(String key) {
    if (has(key) && object.get(key).valueType() == ConfigValueType.NUMBER) {
      double one = number(key);
      return List.of(one, one, one);
    }
    List<Double> numbers = new ArrayList<>();
    for (ConfigValue item : (ConfigList) value(key, ConfigValueType.LIST, "3 numbers")) {
      if (!(item.unwrapped() instanceof Number number)) {
        throw invalid(key, "must be 3 numbers, got " + item.unwrapped());
      }
      numbers.add(number.doubleValue());
    }
    if (numbers.size() != 3) {
      throw invalid(key, "must be 3 numbers, got " + numbers.size());
    }
    return numbers;
  }

  /** A constant's name in lower case, {@code _} written as {@code -}. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = string(key);
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = choiceName(constant);
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw invalid(key, "must be one of " + String.join(", ", names) + ", got " + text);
  }

  /** How a constant is written in a card: layouts and colour orders are capitals by custom. */
  static String choiceName(Enum<?> constant) {
    return constant instanceof TensorLayout || constant instanceof ChannelOrder
        ? constant.name()
        : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a nested object wholly. */
  <T> T section(String key, Function<Section, T> read) {
    ConfigValue value = value(key, ConfigValueType.OBJECT, "an object");
    return new Section(origin, pathOf(key), (ConfigObject) value).whole(read);
  }

  /** Reads a list of objects, each wholly. */
  <T> List<T> sections(String key, Function<Section, T> read) {
    List<T> all = new ArrayList<>();
    for (ConfigValue item : (ConfigList) value(key, ConfigValueType.LIST, "a list of objects")) {
      String place = pathOf(key) + "[" + all.size() + "]";
      if (!(item instanceof ConfigObject itemObject)) {
        throw new CardException(
            String.format("Invalid model card %s: %s must be an object", origin, place));
      }
      all.add(new Section(origin, place, itemObject).whole(read));
    }
    return all;
  }

  /** Reads this object, then refuses keys that nobody asked for. */
  <T> T whole(Function<Section, T> read) {
    T result;
    try {
      result = read.apply(this);
    } catch (CardException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new CardException(
          String.format(
              "Invalid model card %s: %s%s",
              origin,
              path.isEmpty() ? "" : path + ": ",
              e.getMessage().replace("Invalid model card: ", "")));
    }
    for (String key : object.keySet()) {
      if (!known.contains(key)) {
        throw invalid(key, "is not a key of a model card; known here: " + String.join(", ", known));
      }
    }
    return result;
  }

  private ConfigValue value(String key, ConfigValueType type, String wanted) {
    known.add(key);
    ConfigValue value = object.get(key);
    if (value == null) {
      throw invalid(key, "is missing");
    }
    if (value.valueType() != type) {
      throw invalid(key, "must be " + wanted + ", got " + value.unwrapped());
    }
    return value;
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private CardException invalid(String key, String problem) {
    return new CardException(
        String.format("Invalid model card %s: %s %s", origin, pathOf(key), problem));
  }

  /** A message that names file and key already. */
  private static final class CardException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CardException(String message) {
      super(message);
    }
  }
}
