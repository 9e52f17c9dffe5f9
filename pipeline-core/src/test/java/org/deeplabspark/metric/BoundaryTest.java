package org.deeplabspark.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplabspark.image.LabelMask;
import org.junit.jupiter.api.Test;

/** Bands and rims against the definitions read literally, on random masks of odd shapes. */
class BoundaryTest {

  private static final int CLASSES = 4;

  /** Blobs: rectangles over each other, some of them void. */
  private static LabelMask blobs(Random random, int width, int height, boolean withVoid) {
    byte[] labels = new byte[width * height];
    for (int blob = 0; blob < 6; blob++) {
      int label = withVoid && blob % 3 == 2 ? LabelMask.VOID : random.nextInt(CLASSES);
      int left = random.nextInt(width);
      int top = random.nextInt(height);
      int right = Math.min(width, left + 1 + random.nextInt(width));
      int bottom = Math.min(height, top + 1 + random.nextInt(height));
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          labels[y * width + x] = (byte) label;
        }
      }
    }
    return new LabelMask(width, height, labels);
  }

  private static int label(LabelMask mask, int x, int y) {
    return mask.label(y * mask.width() + x);
  }

  /** Whether any pixel of the square round (x, y) that lies within the image fits. */
  private static boolean reaches(
      LabelMask mask, int x, int y, int width, java.util.function.IntPredicate wanted) {
    for (int ny = Math.max(0, y - width); ny <= Math.min(mask.height() - 1, y + width); ny++) {
      for (int nx = Math.max(0, x - width); nx <= Math.min(mask.width() - 1, x + width); nx++) {
        if (wanted.test(label(mask, nx, ny))) {
          return true;
        }
      }
    }
    return false;
  }

  private static OverlapCounts naiveBand(
      LabelMask truth, LabelMask predicted, boolean atVoid, int width) {
    OverlapCounts counts = new OverlapCounts(CLASSES);
    for (int y = 0; y < truth.height(); y++) {
      for (int x = 0; x < truth.width(); x++) {
        int own = label(truth, x, y);
        boolean inBand =
            atVoid
                ? reaches(truth, x, y, width, l -> l == LabelMask.VOID)
                : reaches(truth, x, y, width, l -> l != own);
        int other = label(predicted, x, y);
        if (own != LabelMask.VOID && inBand) {
          counts.add(own, own == other ? 1 : 0, 1, 0);
          if (other < CLASSES) {
            counts.add(other, 0, 0, 1);
          }
        }
      }
    }
    return counts;
  }

  @Test
  void bandsAreThoseOfSquareDilations() {
    Random random = new Random(1);
    for (int round = 0; round < 12; round++) {
      boolean withVoid = round % 2 == 0;
      int width = 1 + random.nextInt(70);
      int height = 1 + random.nextInt(60);
      LabelMask truth = blobs(random, width, height, withVoid);
      LabelMask predicted = blobs(random, width, height, round % 3 == 0);
      boolean atVoid = withVoid && reaches(truth, 0, 0, 1000, l -> l == LabelMask.VOID);

      List<OverlapCounts> rings = Trimap.rings(CLASSES, truth, predicted, Trimap.Border.AUTO);

      assertThat(rings).hasSize(40);
      OverlapCounts band = new OverlapCounts(CLASSES);
      for (int w = 1; w <= 40; w++) {
        band.addAll(rings.get(w - 1));
        assertThat(band.overlaps())
            .as("round %d, width %d", round, w)
            .isEqualTo(naiveBand(truth, predicted, atVoid, w).overlaps());
      }
    }
  }

  @Test
  void bordersMayBeAskedFor() {
    LabelMask truth = new LabelMask(6, 1, new byte[] {0, 0, 1, 1, (byte) 255, 1});
    List<OverlapCounts> atVoid = Trimap.rings(2, truth, truth, Trimap.Border.VOID);
    List<OverlapCounts> between = Trimap.rings(2, truth, truth, Trimap.Border.CLASSES);
    assertThat(atVoid.get(0).overlaps()).extracting(ClassIou::truthPixels).containsExactly(0L, 2L);
    assertThat(between.get(0).overlaps()).extracting(ClassIou::truthPixels).containsExactly(1L, 3L);
    LabelMask plain = new LabelMask(2, 1, new byte[] {0, 1});
    assertThat(Trimap.rings(2, plain, plain, Trimap.Border.VOID).get(39).overlaps())
        .extracting(ClassIou::union)
        .containsExactly(0L, 0L);
  }

  /** A class's mask less what is left of it after so many erosions, beyond the image nothing. */
  private static boolean[] naiveRim(LabelMask mask, int classId, int distance) {
    boolean[] rim = new boolean[mask.pixels()];
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        boolean outside =
            x < distance
                || y < distance
                || x + distance >= mask.width()
                || y + distance >= mask.height();
        rim[y * mask.width() + x] =
            label(mask, x, y) == classId
                && (outside || reaches(mask, x, y, distance, l -> l != classId));
      }
    }
    return rim;
  }

  @Test
  void rimsAreThoseOfErosions() {
    Random random = new Random(2);
    for (int round = 0; round < 12; round++) {
      int width = 1 + random.nextInt(150);
      int height = 1 + random.nextInt(120);
      LabelMask truth = blobs(random, width, height, round % 2 == 0);
      LabelMask predicted = blobs(random, width, height, false);
      int distance = BoundaryIou.distance(width, height);
      List<ClassIou> naive = new ArrayList<>();
      for (int id = 0; id < CLASSES; id++) {
        boolean[] t = naiveRim(truth, id, distance);
        boolean[] p = naiveRim(predicted, id, distance);
        int both = 0;
        int truthPixels = 0;
        int predictedPixels = 0;
        for (int i = 0; i < t.length; i++) {
          boolean counts = truth.label(i) != LabelMask.VOID;
          both += counts && t[i] && p[i] ? 1 : 0;
          truthPixels += counts && t[i] ? 1 : 0;
          predictedPixels += counts && p[i] ? 1 : 0;
        }
        naive.add(new ClassIou(id, both, truthPixels, predictedPixels));
      }
      assertThat(BoundaryIou.of(CLASSES, truth, predicted).overlaps())
          .as("round %d, %d x %d", round, width, height)
          .isEqualTo(naive);
    }
  }

  @Test
  void distanceIsTwoPercentOfTheDiagonal() {
    assertThat(BoundaryIou.distance(500, 375)).isEqualTo(12);
    assertThat(BoundaryIou.distance(2048, 1024)).isEqualTo(46);
    assertThat(BoundaryIou.distance(5, 5)).isEqualTo(1);
  }
}
