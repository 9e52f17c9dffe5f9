package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.demo.SceneFolder;
import org.deeplabspark.demo.SceneGenerator;
import org.deeplabspark.testing.Chromium;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of the shipped network on synthetic scenes, one of them under a hostile name. */
class ReportTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>&\"'<!--";
  private static final int SCENES = 3;

  @TempDir static Path dir;

  private static Path page;
  private static String html;

  @BeforeAll
  static void report() throws IOException {
    SharedSpark.session();
    new SceneFolder(new Configuration(), new org.apache.hadoop.fs.Path(dir.toString()))
        .write(new SceneGenerator(9), SCENES);
    for (String folder : List.of("image", "label")) {
      Files.move(
          dir.resolve(folder + "/scene-00001.png"), dir.resolve(folder + "/" + HOSTILE + ".png"));
    }
    segment("refined");
    segment("raw", "--crf", "off");
    page = dir.resolve("report & more.html");
    html = write(page, "--baseline", dir + "/raw", "--truth", dir + "/label");
  }

  private static void segment(String output, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "segment",
                "--model",
                SharedData.root().resolve("conf/models/compact-scenes").toString(),
                "--input",
                dir.resolve("image").toString(),
                "--output",
                dir.resolve(output).toString()));
    line.addAll(List.of(more));
    assertThat(Deeplab.run(line.toArray(String[]::new))).isEqualTo(ExitCode.DONE);
  }

  private static String write(Path file, String... more) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of("report", "--predictions", dir + "/refined", "--output", file.toString()));
    line.addAll(List.of(more));
    assertThat(Deeplab.run(line.toArray(String[]::new))).isEqualTo(ExitCode.DONE);
    return Files.readString(file);
  }

  @Test
  void figuresAreThoseOfEvaluate() throws IOException {
    Path metrics = dir.resolve("metrics");
    assertThat(
            Deeplab.run(
                "evaluate",
                "--predictions",
                dir + "/refined",
                "--truth",
                dir + "/label",
                "--output",
                metrics.toString()))
        .isEqualTo(ExitCode.DONE);
    JsonNode summary = new ObjectMapper().readTree(metrics.resolve("summary.json").toFile());

    assertThat(html)
        .contains(String.format(Locale.ROOT, "%.2f %%", 100 * summary.get("mIoU").asDouble()))
        .contains(
            String.format(Locale.ROOT, "%.2f %%", 100 * summary.get("pixel_accuracy").asDouble()));
    String fromMetrics = write(dir.resolve("metrics.html"), "--metrics", metrics.toString());
    assertThat(fromMetrics)
        .contains(String.format(Locale.ROOT, "%.2f %%", 100 * summary.get("mIoU").asDouble()))
        .doesNotContain("without CRF", "Close to borders");
    assertThat(html).contains("Close to borders", "curve before", "curve after");
  }

  /** The same masks in both, one image fewer: nothing was gained by leaving it out. */
  @Test
  void gainsAreOverTheImagesThatBothRunsHave() throws IOException {
    for (String run : List.of("some", "all")) {
      Files.createDirectories(dir.resolve(run));
    }
    List<Path> masks;
    try (Stream<Path> files = Files.list(dir.resolve("label"))) {
      masks = files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
    for (Path mask : masks) {
      BufferedImage truth = ImageIO.read(mask.toFile());
      BufferedImage background =
          new BufferedImage(truth.getWidth(), truth.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
      for (String run : mask.equals(masks.get(0)) ? List.of("all") : List.of("some", "all")) {
        ImageIO.write(
            background, "png", dir.resolve(run).resolve(mask.getFileName().toString()).toFile());
      }
    }
    Path file = dir.resolve("subset.html");
    assertThat(
            Deeplab.run(
                "report",
                "--predictions",
                dir + "/some",
                "--baseline",
                dir + "/all",
                "--truth",
                dir + "/label",
                "--output",
                file.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(file))
        .contains(
            "<strong>+0.00</strong>",
            "over the 2 images that both evaluations have: this run has 2, the baseline 3")
        .doesNotContain("curve before");
  }

  @Test
  void threeImagesGiveNoIntervalAndNothingIsCalledNoiseForThat() {
    assertThat(html)
        .contains("no interval below 5 images", "gain by the CRF", ">3 images</text>")
        .doesNotContain("95 %: ", "may be noise", "class=\"whisker\"");
  }

  @Test
  void namesAreEscapedAndNothingIsLeftBehind() throws IOException {
    assertThat(html)
        .contains("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;&lt;!--")
        .doesNotContain("<img src=x", "http://", "https://", "<script");
    try (var files = Files.list(dir)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".") && !name.endsWith(".crc"));
    }
  }

  @Test
  void withoutTruthThereAreStillPictures() throws IOException {
    String plain = write(dir.resolve("plain.html"), "--worst", "3", "--random", "1");

    assertThat(plain)
        .contains("Review queue", "Least decided", "Where the time went")
        .doesNotContain("IoU by class", "Worst images", "figcaption>truth");
  }

  @Test
  void aPhotographThatIsGoneIsSaid() throws IOException {
    Path empty = Files.createDirectories(dir.resolve("elsewhere"));
    Files.writeString(empty.resolve("scene-00000.png"), "no picture");
    String said = write(dir.resolve("gone.html"), "--input", empty.toString(), "--random", "3");

    assertThat(said).contains("no photograph: ");
  }

  @Test
  void wrongUsageIsOneLine() {
    Path nowhere = dir.resolve("nowhere.html");
    String[] asked = {"report", "--predictions", dir + "/none", "--output", nowhere.toString()};
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, asked))
        .hasLineCount(1)
        .contains("--predictions");
    asked[2] = dir + "/refined";
    asked[4] = dir.toString();
    assertThat(DeeplabTest.errorOf(ExitCode.USAGE, asked)).contains("is a directory");
    assertThat(
            DeeplabTest.errorOf(
                ExitCode.USAGE,
                "report",
                "--predictions",
                dir + "/refined",
                "--metrics",
                dir + "/image",
                "--output",
                nowhere.toString()))
        .hasLineCount(1)
        .contains("summary.json");
    assertThat(nowhere).doesNotExist();
  }

  @Test
  void aBrowserShowsItWideNarrowDarkAndOnPaper() throws IOException, InterruptedException {
    Path screenshots = Files.createDirectories(Path.of("target/screenshots"));
    try (Chromium browser = new Chromium(Files.createDirectory(dir.resolve("profile")))) {
      for (int width : new int[] {1400, 390}) {
        browser.open(page.toUri(), width, 900);

        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
            .isLessThanOrEqualTo(width);
        assertThat(browser.evaluate("document.images.length").asInt()).isGreaterThan(5 * SCENES);
        assertThat(
                browser
                    .evaluate(
                        "Array.from(document.images).filter(i => !i.complete || i.naturalWidth == 0).length")
                    .asInt())
            .isZero();
        assertThat(
                browser
                    .evaluate(
                        "Array.from(document.querySelectorAll('.id')).map(e => e.textContent).join('\\n')")
                    .asText())
            .contains(HOSTILE);
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
            .allMatch(url -> url.equals(page.toUri().toString()) || url.startsWith("data:"));
        Files.write(screenshots.resolve("report-" + width + ".png"), browser.screenshot());
      }
      browser.media("screen", true);
      browser.open(page.toUri(), 1400, 900);
      assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor").asText())
          .isEqualTo("rgb(16, 21, 28)");
      Files.write(screenshots.resolve("report-dark.png"), browser.screenshot());
      browser.media("print", false);
      browser.open(page.toUri(), 800, 1100);
      assertThat(
              browser.evaluate("getComputedStyle(document.querySelector('nav')).display").asText())
          .isEqualTo("none");
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
