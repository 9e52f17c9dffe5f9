package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import org.deeplabspark.evaluate.Finding.Kind;

/** Findings and counts of a part of the images; parts add up. */
final class TruthFindings implements Serializable {

  private static final long serialVersionUID = 1L;

  private final EnumMap<Kind, Finding> findings = new EnumMap<>(Kind.class);
  private final long[] pixels; // [class]
  private final long[] images; // [class]
  private final int mostExamples;
  private long voidPixels;
  private long photos;
  private long truths;
  private boolean otherThanZeroAnd255;
  private boolean has255;

  /**
   * Nothing yet.
   *
   * @param mostExamples of each kind
   */
  TruthFindings(int classes, int mostExamples) {
    this.mostExamples = mostExamples;
    pixels = new long[classes];
    images = new long[classes];
  }

  void add(Kind kind, String imageId, String detail) {
    add(new Finding(kind, 1, imageId, detail));
  }

  private void add(Finding finding) {
    findings.merge(finding.kind(), finding, (a, b) -> a.plus(b, mostExamples));
  }

  void addPhoto() {
    photos++;
  }

  void addTruth(boolean[] labelsSeen) {
    truths++;
    has255 |= labelsSeen[255];
    for (int label = 1; label < 255; label++) {
      otherThanZeroAnd255 |= labelsSeen[label];
    }
  }

  void addClass(int classId, long count) {
    pixels[classId] += count;
    images[classId]++;
  }

  void addVoid(long count) {
    voidPixels += count;
  }

  TruthFindings addAll(TruthFindings other) {
    other.findings.values().forEach(this::add);
    for (int id = 0; id < pixels.length; id++) {
      pixels[id] += other.pixels[id];
      images[id] += other.images[id];
    }
    voidPixels += other.voidPixels;
    photos += other.photos;
    truths += other.truths;
    otherThanZeroAnd255 |= other.otherThanZeroAnd255;
    has255 |= other.has255;
    return this;
  }

  /**
   * The whole.
   *
   * @param known whether the classes have names, so that one may be missed
   * @param classOf255 whether 255 is a class
   */
  TruthReport report(List<String> names, boolean known, boolean classOf255) {
    if (truths > 0 && has255 && !otherThanZeroAnd255 && !classOf255) {
      findings.put(
          Kind.ZERO_AND_255,
          new Finding(
              Kind.ZERO_AND_255,
              truths,
              "every mask",
              "255 looks like a foreground, not like void; a --dataset file with class ids 0 and 255 says so"));
    }
    List<TruthReport.ClassShare> classes = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (int id = 0; id < pixels.length; id++) {
      if (known || pixels[id] > 0) {
        classes.add(new TruthReport.ClassShare(id, names.get(id), pixels[id], images[id]));
      }
      if (known && pixels[id] == 0) {
        absent.add(names.get(id));
      }
    }
    if (!absent.isEmpty()) {
      add(new Finding(Kind.ABSENT_CLASS, absent.size(), String.join(", ", absent), "in no truth"));
    }
    return new TruthReport(new ArrayList<>(findings.values()), photos, truths, classes, voidPixels);
  }
}
