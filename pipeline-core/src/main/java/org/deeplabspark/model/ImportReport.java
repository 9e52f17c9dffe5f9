package org.deeplabspark.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;

/** Collects what of a weights file does not fit a network, and says it all at once. */
final class ImportReport {

  /** Names that are looked through for the nearest one. */
  private static final int MOST_CANDIDATES = 1000;

  /** Characters of a name, from its end, that are compared. */
  private static final int COMPARED = 60;

  private record Misshapen(ParameterSpec wanted, StoredTensor found) {}

  private final NetworkSpec network;
  private final List<ParameterSpec> missing = new ArrayList<>();
  private final List<Misshapen> misshapen = new ArrayList<>();
  private final List<StoredTensor> left = new ArrayList<>();
  private final List<String> doubled = new ArrayList<>();

  ImportReport(NetworkSpec network) {
    this.network = network;
  }

  void missing(ParameterSpec wanted) {
    missing.add(wanted);
  }

  void misshapen(ParameterSpec wanted, StoredTensor found) {
    misshapen.add(new Misshapen(wanted, found));
  }

  /** A tensor of the file that no layer takes, under the name it has there. */
  void left(StoredTensor tensor) {
    left.add(tensor);
  }

  /** Two tensors of the file that the map gives one name. */
  void doubled(String here, StoredTensor first, StoredTensor second) {
    doubled.add(
        String.format(
            "%s is both %s and %s", StoredTensor.plain(here), there(first), there(second)));
  }

  /**
   * Ends the import unless everything fits.
   *
   * @throws WeightsMismatch if not
   */
  void requireNone() {
    if (missing.isEmpty() && misshapen.isEmpty() && left.isEmpty() && doubled.isEmpty()) {
      return;
    }
    String counts =
        String.format(
            "Invalid weights for %s: %d missing, %d of another shape, %d left over, %d named twice;"
                + " the first is %s",
            network.name(), missing.size(), misshapen.size(), left.size(), doubled.size(), first());
    throw new WeightsMismatch(counts, String.join("\n", lines()) + "\n");
  }

  private String first() {
    if (!missing.isEmpty()) {
      return here(missing.get(0));
    }
    if (!misshapen.isEmpty()) {
      Misshapen one = misshapen.get(0);
      return String.format(
          "%s, of shape %s instead of %s",
          one.wanted.name(), one.found.shape(), one.wanted.shape());
    }
    return left.isEmpty() ? doubled.get(0) : there(left.get(0));
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    section(
        lines,
        "Missing, and the nearest name that is left over in the file",
        missing.stream()
            .map(wanted -> row(here(wanted), nearest(wanted).map(ImportReport::there).orElse("-")))
            .toList());
    section(
        lines,
        "Of another shape, here and in the file",
        misshapen.stream().map(one -> row(here(one.wanted), there(one.found))).toList());
    section(lines, "Left over in the file", left.stream().map(ImportReport::there).toList());
    section(lines, "Named twice by the map", doubled);
    lines.addAll(offer());
    return lines;
  }

  private static void section(List<String> lines, String title, List<String> rows) {
    if (!rows.isEmpty()) {
      lines.add(String.format("%s (%d):", title, rows.size()));
      rows.forEach(row -> lines.add("  " + row));
    }
  }

  private static String row(String here, String there) {
    return String.format("%-44s %s", here, there);
  }

  private static String here(ParameterSpec wanted) {
    return wanted.name() + " " + wanted.shape();
  }

  private static String there(StoredTensor tensor) {
    return StoredTensor.plain(tensor.name()) + " " + tensor.shape();
  }

  /** What the map has to say where nothing but the classifier differs; nothing elsewhere. */
  private List<String> offer() {
    Set<String> classifiers = network.classifiers();
    Set<String> anew = new TreeSet<>();
    missing.forEach(wanted -> anew.add(layer(wanted)));
    misshapen.forEach(one -> anew.add(layer(one.wanted)));
    if (!doubled.isEmpty() || !classifiers.containsAll(anew)) {
      return List.of();
    }
    Set<String> ignored = new TreeSet<>();
    left.forEach(tensor -> ignored.add(tensor.name()));
    misshapen.forEach(one -> ignored.add(one.found.name()));
    List<String> lines = new ArrayList<>();
    lines.add(
        anew.isEmpty()
            ? "Every layer is there. To leave out what is left over, put into the list of the"
                + " --name-map file:"
            : "Only the classifier differs. To begin it with random weights, put into the lists of"
                + " the --name-map file:");
    if (!ignored.isEmpty()) {
      lines.add("  ignore = " + quoted(ignored));
    }
    if (!anew.isEmpty()) {
      lines.add("  fresh = " + quoted(anew));
    }
    return lines;
  }

  private static String layer(ParameterSpec parameter) {
    return parameter.name().substring(0, parameter.name().lastIndexOf('.'));
  }

  private static String quoted(Set<String> names) {
    return names.stream()
        .map(
            name ->
                '"' + StoredTensor.plain(name).replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Of those of the same shape, if there are any. */
  private Optional<StoredTensor> nearest(ParameterSpec wanted) {
    boolean alike = left.stream().anyMatch(tensor -> tensor.hasShape(wanted.shape()));
    return left.stream()
        .filter(tensor -> !alike || tensor.hasShape(wanted.shape()))
        .limit(MOST_CANDIDATES)
        .min(
            Comparator.comparing((StoredTensor tensor) -> !sameRole(wanted.name(), tensor.name()))
                .thenComparingInt(tensor -> distance(wanted.name(), tensor.name())));
  }

  /** Whether what stands behind the last dot, as weight or bias, is the same. */
  private static boolean sameRole(String one, String other) {
    return other.endsWith(one.substring(one.lastIndexOf('.')));
  }

  /** Levenshtein's: characters to be put in, taken out or replaced. */
  private static int distance(String one, String other) {
    String a = one.substring(Math.max(0, one.length() - COMPARED));
    String b = other.substring(Math.max(0, other.length() - COMPARED));
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = above[0];
      above[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = above[j];
        above[j] = Math.min(replaced, 1 + Math.min(above[j], above[j - 1]));
      }
    }
    return above[b.length()];
  }
}
