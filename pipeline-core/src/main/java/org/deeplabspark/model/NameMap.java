package org.deeplabspark.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.deeplabspark.network.NetworkSpec;

/**
 * How the layers of a weights file are called here: a HOCON file with five keys.
 *
 * <p>{@code input} says what pixel values the weights were trained on: {@code channel-order},
 * {@code mean} and {@code scale} as in a model card. {@code rename} is a list of steps, each with a
 * regular expression {@code from} and a replacement {@code to}, in which {@code $1} is the text of
 * the first group: every name of a tensor goes through all of them in turn. {@code layers} then
 * gives the layer here for a layer there, names without {@code .weight} and the like; a layer it
 * leaves out keeps its name. {@code ignore} lists names of tensors that are not wanted, {@code
 * fresh} names of layers here that the file does not have and that begin with random weights;
 * {@code *} stands for any text in both.
 */
public final class NameMap {

  /** Layers are called there as they are here, and all are there. */
  public static final NameMap SAME =
      new NameMap(List.of(), Map.of(), List.of(), List.of(), Optional.empty());

  private static final Set<String> KEYS = Set.of("rename", "layers", "ignore", "fresh", "input");

  private record Step(Pattern from, String to) {}

  private final List<Step> steps;
  private final Map<String, String> layers;
  private final List<Pattern> ignored;
  private final List<Pattern> fresh;
  private final Optional<Config> input;

  private NameMap(
      List<Step> steps,
      Map<String, String> layers,
      List<Pattern> ignored,
      List<Pattern> fresh,
      Optional<Config> input) {
    this.steps = steps;
    this.layers = layers;
    this.ignored = ignored;
    this.fresh = fresh;
    this.input = input;
  }

  /**
   * Reads a map from its text.
   *
   * @param origin what to call it in messages
   * @throws IllegalArgumentException if it is not valid, or two layers get one name
   */
  public static NameMap parse(String text, String origin) {
    try {
      Config root = ConfigFactory.parseString(text, StrictHocon.options());
      for (String key : root.root().keySet()) {
        if (!KEYS.contains(key)) {
          throw new IllegalArgumentException(
              String.format("Invalid name map %s: unknown key %s", origin, key));
        }
      }
      Map<String, String> layers = new HashMap<>();
      if (root.hasPath("layers")) {
        root.getObject("layers")
            .forEach((there, here) -> layers.put(there, String.valueOf(here.unwrapped())));
      }
      if (Set.copyOf(layers.values()).size() != layers.size()) {
        throw new IllegalArgumentException(
            String.format("Invalid name map %s: two layers get one name", origin));
      }
      Optional<Config> input =
          root.hasPath("input") ? Optional.of(root.getConfig("input")) : Optional.empty();
      NameMap map =
          new NameMap(
              steps(root, origin),
              layers,
              patterns(root, "ignore"),
              patterns(root, "fresh"),
              input);
      map.input(NetworkSpec.named("vgg16-largefov", 2));
      return map;
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          String.format("Invalid name map %s: %s", origin, e.getMessage().replaceAll("\\s+", " ")),
          e);
    }
  }

  private static List<Step> steps(Config root, String origin) {
    if (!root.hasPath("rename")) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    for (Config step : root.getConfigList("rename")) {
      if (!step.root().keySet().equals(Set.of("from", "to"))) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid name map %s: a step of rename has the keys from and to, got %s",
                origin, new TreeSet<>(step.root().keySet())));
      }
      steps.add(step(step.getString("from"), step.getString("to"), origin));
    }
    return steps;
  }

  private static Step step(String from, String to, String origin) {
    try {
      Pattern pattern = Pattern.compile(from);
      // Matches, so that groups the replacement names are looked for now.
      Pattern.compile("(?:" + from + ")|").matcher("").replaceFirst(to);
      return new Step(pattern, to);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid name map %s: cannot rename %s to %s: %s",
              origin, from, to, e.getMessage().replaceAll("\\s+", " ")),
          e);
    }
  }

  private static List<Pattern> patterns(Config root, String key) {
    if (!root.hasPath(key)) {
      return List.of();
    }
    return root.getStringList(key).stream().map(NameMap::pattern).toList();
  }

  private static Pattern pattern(String wildcards) {
    return Pattern.compile(Pattern.quote(wildcards).replace("*", "\\E.*\\Q"));
  }

  /** What the network reads, where the map says so. */
  public Optional<ModelInput> input(NetworkSpec network) {
    return input.map(
        config ->
            ModelInput.of(
                network,
                config.getEnum(ChannelOrder.class, "channel-order"),
                config.getDoubleList("mean"),
                config.getDoubleList("scale")));
  }

  /** What a tensor of the file is called here; empty where it is not wanted. */
  Optional<String> here(String tensor) {
    if (ignored.stream().anyMatch(p -> p.matcher(tensor).matches())) {
      return Optional.empty();
    }
    String name = tensor;
    for (Step step : steps) {
      name = step.from.matcher(name).replaceAll(step.to);
    }
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return Optional.of(name);
    }
    String layer = name.substring(0, dot);
    return Optional.of(layers.getOrDefault(layer, layer) + name.substring(dot));
  }

  /** Whether a layer may be missing in the file. */
  boolean isFresh(String layer) {
    return fresh.stream().anyMatch(p -> p.matcher(layer).matches());
  }
}
