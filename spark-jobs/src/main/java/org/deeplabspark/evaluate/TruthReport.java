package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Map;

/**
 * What {@code validate} found.
 *
 * @param findings by kind, errors first
 * @param photos number of photographs
 * @param truths number of label images that could be read
 * @param classes names, pixels and images of each class that occurs or should
 * @param voidPixels pixels that count nowhere
 */
public record TruthReport(
    List<Finding> findings, long photos, long truths, List<ClassShare> classes, long voidPixels) {

  /**
   * One class in the truth.
   *
   * @param classId number
   * @param name of the class
   * @param pixels of it
   * @param images that have any
   */
  public record ClassShare(int classId, String name, long pixels, long images) {}

  /** Copies the lists. */
  public TruthReport {
    findings = List.copyOf(findings);
    classes = List.copyOf(classes);
  }

  /** Whether anything must be put right before the truth is used. */
  public boolean hasErrors() {
    return findings.stream().anyMatch(finding -> finding.kind().error());
  }

  /** The one table. */
  public String table() {
    StringBuilder text = new StringBuilder();
    long counted = classes.stream().mapToLong(ClassShare::pixels).sum();
    int width = Math.max(10, classes.stream().mapToInt(c -> c.name().length()).max().orElse(0));
    String line = "%-" + width + "s %14s %8s %8s%n";
    text.append(String.format(line, "class", "pixels", "share %", "images"));
    for (ClassShare share : classes) {
      if (share.pixels() > 0) {
        text.append(
            String.format(
                line,
                share.name(),
                share.pixels(),
                Percent.of(share.pixels(), counted),
                share.images()));
      }
    }
    text.append(
        String.format(
            line, "(void)", voidPixels, Percent.of(voidPixels, counted + voidPixels), ""));
    for (Finding finding : findings) {
      add(finding, text);
    }
    return text.toString();
  }

  private static void add(Finding finding, StringBuilder text) {
    String begin =
        String.format(
            "%-7s %-17s %6d",
            finding.kind().error() ? "ERROR" : "warning", finding.kind().label(), finding.images());
    for (Map.Entry<String, String> example : finding.examples().entrySet()) {
      text.append(String.format("%32s  %s: %s%n", begin, example.getKey(), example.getValue()));
      begin = "";
    }
    long left = finding.images() - finding.examples().size();
    if (left > 0 && finding.kind().ofImages()) {
      text.append(String.format("%32s  and %d more; --examples N names N of each%n", "", left));
    }
  }

  /** One sentence. */
  public String verdict() {
    long errors = findings.stream().filter(finding -> finding.kind().error()).count();
    long warnings = findings.size() - errors;
    return String.format(
        "%s: %d photographs, %d truths read, %d kinds of errors, %d of warnings",
        errors == 0 ? "VALID" : "NOT VALID", photos, truths, errors, warnings);
  }
}
