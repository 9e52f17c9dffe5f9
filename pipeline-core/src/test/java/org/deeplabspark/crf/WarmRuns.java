package org.deeplabspark.crf;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;

/**
 * Infers the same two images with one instance until a run takes no more bytes than allowed, and
 * prints the least that a run took beside its marginals. Arguments: {@code vector} or {@code
 * scalar}, threads, bytes allowed.
 */
final class WarmRuns {

  private static final int WIDTH = 96;
  private static final int HEIGHT = 64;
  private static final int LABELS = 21;
  private static final int MOST_RUNS = 2_000;

  private WarmRuns() {}

  public static void main(String[] arguments) {
    KernelChoice kernels =
        arguments[0].equals("vector") ? KernelChoice.best() : KernelChoice.scalar();
    int threads = Integer.parseInt(arguments[1]);
    long allowed = Long.parseLong(arguments[2]);
    CrfSettings on = CrfSettings.deepLabV2();
    DenseCrf crf = new DenseCrf(on.onThreads(threads), Long.MAX_VALUE, kernels);
    RgbImage image = Scenes.photo(WIDTH, HEIGHT, 3);
    FeatureMap soft = Scenes.softUnary(LABELS, WIDTH, HEIGHT, 4);
    FeatureMap retiring = retiring(soft);
    NetworkScores scores = Scenes.scores(LABELS, 6, 5, WIDTH, HEIGHT, OutputKind.LOGITS, 3);
    long marginals = 4L * LABELS * WIDTH * HEIGHT;
    long least = Long.MAX_VALUE;
    try (ThreadTeam team = new ThreadTeam(threads)) {
      // Until it is compiled any vector is an object.
      for (int run = 0; run < MOST_RUNS && least > allowed; run++) {
        long before = allocated();
        crf.marginals(image, soft, filter -> false, team);
        crf.marginals(image, retiring, filter -> false, team);
        crf.refine(image, scores, filter -> false, team);
        least = Math.min(least, (allocated() - before - 2 * marginals) / 3);
      }
    }
    System.out.println(least);
  }

  /** A few labels are small from the start, others grow small: the layout changes in the run. */
  private static FeatureMap retiring(FeatureMap soft) {
    FeatureMap unary =
        new FeatureMap(LABELS, HEIGHT, WIDTH, Arrays.copyOf(soft.values(), soft.values().length));
    int pixels = unary.planeSize();
    for (int label = 0; label < LABELS; label++) {
      float more = label < 3 ? 0 : label < 12 ? 4 : 12;
      for (int pixel = 0; pixel < pixels; pixel++) {
        unary.values()[label * pixels + pixel] += more;
      }
    }
    return unary;
  }

  /** Bytes that this thread and the team's have allocated so far. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("dense-crf-")) {
        bytes += threads.getThreadAllocatedBytes(thread.getId());
      }
    }
    return bytes;
  }
}
