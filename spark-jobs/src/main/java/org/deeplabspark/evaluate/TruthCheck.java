package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.dataset.IdLookup;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.evaluate.Finding.Kind;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.pass.ImageFailure;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/** What is wrong with one photograph's header and its label image, and what the latter holds. */
final class TruthCheck implements Serializable {

  private static final long serialVersionUID = 1L;

  private final InputFiles files;
  private final ClassMatch match;
  private final int mostExamples;

  /**
   * Checks with these.
   *
   * @param mostExamples of each kind of finding
   */
  TruthCheck(InputFiles files, ClassMatch match, int mostExamples) {
    this.mostExamples = mostExamples;
    this.files = files;
    this.match = match;
  }

  /** Findings of nothing. */
  TruthFindings none() {
    return new TruthFindings(match.classNames().size(), mostExamples);
  }

  /**
   * Findings of one image.
   *
   * @param photo null for a truth without photograph
   * @param truth null for a photograph without truth
   */
  TruthFindings of(String imageId, PhotoSize photo, TruthFile truth) {
    TruthFindings findings = none();
    if (photo != null) {
      findings.addPhoto();
      if (photo.problem() != null) {
        findings.add(Kind.BAD_PHOTO, imageId, photo.path() + ": " + photo.problem());
      }
    }
    if (truth == null) {
      findings.add(
          Kind.NO_TRUTH, imageId, photo.path() + "; --truth-suffix says where names differ");
      return findings;
    }
    if (photo == null) {
      findings.add(Kind.NO_PHOTO, imageId, truth.path());
    }
    return findings.addAll(
        ImageAttempts.WITHOUT_JOURNAL.result(
            imageId,
            Stage.DECODE,
            () -> ofLabels(imageId, photo, truth),
            () -> {},
            failure -> ofFailure(imageId, truth, failure)));
  }

  private TruthFindings ofFailure(String imageId, TruthFile truth, ImageFailure failure) {
    TruthFindings findings = none();
    if (failure.stage() == Stage.READ) {
      findings.add(Kind.BAD_MASK, imageId, failure.message());
    } else {
      findings.add(kind(failure.code()), imageId, truth.path() + ": " + failure.message());
    }
    return findings;
  }

  private TruthFindings ofLabels(String imageId, PhotoSize photo, TruthFile truth)
      throws ReadFailure, MalformedImageException {
    TruthFindings findings = none();
    LabelMask mask =
        match.truthReader().read(files.read(truth.path(), truth.length()), truth.segments());
    boolean differs =
        photo != null
            && photo.problem() == null
            && (photo.width() != mask.width() || photo.height() != mask.height());
    if (differs) {
      findings.add(
          Kind.OTHER_SIZE,
          imageId,
          String.format(
              "%s is %d x %d, its photograph %d x %d",
              truth.path(), mask.width(), mask.height(), photo.width(), photo.height()));
    }
    count(imageId, truth.path(), mask, findings);
    return findings;
  }

  private static Kind kind(String code) {
    return switch (code) {
      case "not-indexed" -> Kind.NOT_IDS;
      case "unknown-label" -> Kind.UNKNOWN_COLOR;
      default -> Kind.BAD_MASK;
    };
  }

  private void count(String imageId, String path, LabelMask mask, TruthFindings findings) {
    long[] pixels = new long[256];
    for (int i = 0; i < mask.pixels(); i++) {
      pixels[mask.label(i)]++;
    }
    boolean[] seen = new boolean[256];
    boolean[] smoothed = SmoothedIds.of(mask);
    List<Integer> unknown = new ArrayList<>();
    List<Integer> between = new ArrayList<>();
    boolean counts = false;
    for (int label = 0; label < 256; label++) {
      if (pixels[label] == 0) {
        continue;
      }
      seen[label] = true;
      int classId = match.truth().classOf(label);
      if (classId >= 0) {
        findings.addClass(classId, pixels[label]);
        counts = true;
      } else if (classId == IdLookup.VOID) {
        findings.addVoid(pixels[label]);
      } else {
        unknown.add(label);
      }
      // A border of void is as thin.
      if (smoothed[label] && classId != IdLookup.VOID) {
        between.add(label);
      }
    }
    findings.addTruth(seen);
    if (!unknown.isEmpty()) {
      findings.add(
          Kind.UNKNOWN_ID,
          imageId,
          String.format(
              "%s has ids %s, which are not in %s; --dataset says what ids mean, --void names one to leave out",
              path, some(unknown), match.truthName()));
    }
    // One thin class may be a pole; a ramp of several ids is no drawing.
    if (between.size() >= 2) {
      findings.add(
          Kind.ANTI_ALIASED,
          imageId,
          String.format(
              "%s has ids %s only between others: scale masks to the nearest pixel",
              path, some(between)));
    }
    if (!counts && unknown.isEmpty()) {
      findings.add(Kind.ALL_VOID, imageId, path + " counts nowhere");
    }
  }

  private static String some(List<Integer> ids) {
    return ids.size() <= 8
        ? ids.toString()
        : ids.subList(0, 8) + " and " + (ids.size() - 8) + " more";
  }
}
