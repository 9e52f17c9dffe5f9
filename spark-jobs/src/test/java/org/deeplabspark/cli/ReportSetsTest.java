package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report's run and baseline, and metrics that are given to it, need not be of one set. */
class ReportSetsTest {

  private static final int CLASSES = 3;
  private static final int PIXELS = 60;
  private static final int COMMON = 6;

  @TempDir Path dir;

  private final Map<String, int[]> masks = new HashMap<>();

  /** Nine images; the baseline lacks the last, the run has the first six and the last. */
  @BeforeEach
  void images() throws IOException {
    SharedSpark.session();
    Random random = new Random(5);
    for (int i = 0; i < 9; i++) {
      int[] truth = random.ints(PIXELS, 0, CLASSES).toArray();
      mask("truth", i, truth);
      if (i < 8) {
        mask("base", i, wrong(random, truth, i < COMMON ? 0.4 : 0.9));
      }
      if (i < COMMON || i == 8) {
        mask("run", i, wrong(random, truth, 0.2));
      }
    }
  }

  private static int[] wrong(Random random, int[] truth, double share) {
    return Arrays.stream(truth)
        .map(id -> random.nextDouble() < share ? random.nextInt(CLASSES) : id)
        .toArray();
  }

  private void mask(String folder, int image, int[] labels) throws IOException {
    masks.put(folder + image, labels);
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    Path file = dir.resolve(folder + "/image " + image + ".png");
    Files.createDirectories(file.getParent());
    Files.write(file, PngMaskCodec.encode(new LabelMask(10, 6, bytes), Palette.voc()));
  }

  private String[] line(String... more) {
    List<String> line = new ArrayList<>(List.of("report", "--predictions", dir + "/run"));
    line.addAll(List.of("--output", dir + "/page.html"));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }

  private String page(String... more) throws IOException {
    assertThat(Deeplab.run(line(more))).isEqualTo(ExitCode.DONE);
    return Files.readString(dir.resolve("page.html"));
  }

  private void evaluate(String run, String metrics, String... more) {
    List<String> line = new ArrayList<>(List.of("evaluate", "--predictions", dir + "/" + run));
    line.addAll(List.of("--truth", dir + "/truth", "--output", dir + "/" + metrics));
    line.addAll(List.of(more));
    assertThat(Deeplab.run(line.toArray(String[]::new))).isEqualTo(ExitCode.DONE);
  }

  /** IoU by class and then their mean, in percent, counted pixel by pixel. */
  private double[] recount(String run) {
    double[] ious = new double[CLASSES + 1];
    for (int id = 0; id < CLASSES; id++) {
      int both = 0;
      int either = 0;
      for (int i = 0; i < COMMON; i++) {
        for (int pixel = 0; pixel < PIXELS; pixel++) {
          boolean truth = masks.get("truth" + i)[pixel] == id;
          boolean predicted = masks.get(run + i)[pixel] == id;
          both += truth && predicted ? 1 : 0;
          either += truth || predicted ? 1 : 0;
        }
      }
      ious[id] = 100.0 * both / either;
      ious[CLASSES] += ious[id] / CLASSES;
    }
    return ious;
  }

  private static String gain(String page) {
    Matcher tile =
        Pattern.compile(
                "gain by the CRF, points</span>\\s*<strong>(.*?)</strong>\\s*<span class=\"below\">(.*?)<")
            .matcher(page);
    assertThat(tile.find()).isTrue();
    return tile.group(1) + " " + tile.group(2);
  }

  @Test
  void theGainIsOverTheImagesThatBothEvaluationsHave() throws IOException {
    String page = page("--baseline", dir + "/base", "--truth", dir + "/truth");

    double[] before = recount("base");
    double[] after = recount("run");
    assertThat(gain(page))
        .startsWith(String.format(Locale.ROOT, "%+.2f ", after[CLASSES] - before[CLASSES]))
        .contains("over 6 images");
    assertThat(page).contains("6 images that both", "this run has 7", "the baseline 8");
    for (int id = 0; id <= CLASSES; id++) {
      assertThat(page).contains(String.format(Locale.ROOT, ">%+.1f<", after[id] - before[id]));
    }
    assertThat(page).doesNotContain("curve before");

    for (int i = COMMON; i < 8; i++) {
      Files.delete(dir.resolve("base/image " + i + ".png"));
    }
    Files.delete(dir.resolve("run/image 8.png"));
    String same = page("--baseline", dir + "/base", "--truth", dir + "/truth");
    assertThat(gain(page)).as("with its interval").startsWith(gain(same));
    assertThat(same).contains("curve before").doesNotContain("images that both");
  }

  @Test
  void imagesThatAreTheSameHaveNoGain() throws IOException {
    for (int i = 0; i < COMMON; i++) {
      mask("base", i, masks.get("run" + i));
    }
    String page = page("--baseline", dir + "/base", "--truth", dir + "/truth");
    assertThat(gain(page)).startsWith("+0.00 95 %: +0.00 to +0.00");
  }

  @Test
  void runsWithoutACommonImageAreRefused() throws IOException {
    mask("other", 7, masks.get("base7"));
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE, line("--baseline", dir + "/other", "--truth", dir + "/truth")))
        .hasLineCount(1)
        .contains("Invalid --baseline", "no image");
  }

  @Test
  void metricsOfOtherMasksAreRefused() throws IOException {
    evaluate("run", "metrics");
    evaluate("base", "base-metrics");
    String[] own = {"--metrics", dir + "/metrics"};
    page(own);

    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line("--metrics", dir + "/base-metrics")))
        .hasLineCount(1)
        .contains("Invalid --metrics", dir + "/base-metrics", "8 masks", "7 masks", "evaluate");
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE,
                line(
                    "--metrics",
                    dir + "/metrics",
                    "--baseline",
                    dir + "/base",
                    "--baseline-metrics",
                    dir + "/metrics")))
        .hasLineCount(1)
        .contains("Invalid --baseline-metrics");

    mask("run", 0, new int[PIXELS]);
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line(own)))
        .hasLineCount(1)
        .contains("Invalid --metrics", "evaluate");
  }

  @Test
  void metricsOfOtherClassesOrAnotherTruthAreRefused() throws IOException {
    evaluate("run", "metrics", "--classes", "sky,tree,kite");
    evaluate("base", "base-metrics", "--classes", "sky,tree,car");
    String[] both = {"--metrics", dir + "/metrics", "--baseline-metrics", dir + "/base-metrics"};
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line(both)))
        .hasLineCount(1)
        .contains("Invalid --baseline-metrics", "kite", "car");

    int[] shifted = Arrays.stream(masks.get("truth0")).map(id -> (id + 1) % CLASSES).toArray();
    shifted[0] = 255;
    mask("truth", 0, shifted);
    evaluate("base", "base-metrics", "--classes", "sky,tree,kite");
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line(both)))
        .hasLineCount(1)
        .contains("Invalid --baseline-metrics", "another truth");
  }

  @Test
  void outputsOfOtherCommandsAndDamagedMetricsAreOneLine() throws IOException {
    assertThat(
            Deeplab.run(
                "diff",
                "--old",
                dir + "/base",
                "--new",
                dir + "/run",
                "--truth",
                dir + "/truth",
                "--output",
                dir + "/changes"))
        .isEqualTo(ExitCode.DONE);
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line("--metrics", dir + "/changes")))
        .hasLineCount(1)
        .contains("Invalid --metrics", "output of diff");

    evaluate("run", "metrics");
    Path summary = dir.resolve("metrics/summary.json");
    String whole = Files.readString(summary);
    Files.deleteIfExists(dir.resolve("metrics/.summary.json.crc"));
    Files.writeString(summary, whole.substring(0, whole.length() / 2));
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line("--metrics", dir + "/metrics")))
        .hasLineCount(1)
        .contains("Invalid --metrics", "metrics/summary.json is damaged");
    Files.writeString(summary, whole);
    evaluate("run", "more");
    try (var files = Files.walk(dir.resolve("more/per_image"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line("--metrics", dir + "/more")))
        .hasLineCount(1)
        .contains("Invalid --metrics", "more/per_image");
  }
}
