package org.deeplabspark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplabspark.image.Palette;
import org.junit.jupiter.api.Test;

class DemoPageTest {

  private static final DemoScene SCENE =
      new DemoScene(
          "a<b>&\"c",
          List.of(
              DemoScene.Figure.of("image", new byte[] {1}),
              DemoScene.Figure.of("truth", new byte[] {2})),
          0.5,
          0.75);

  private final String page =
      DemoPage.html(
          "Mean IoU <1 & rising",
          List.of(
              new DemoPage.ClassRow(1, "chair", 0.5, 0.625),
              new DemoPage.ClassRow(2, "<plant>", Double.NaN, Double.NaN)),
          new DemoPage.ClassRow(0, "mean", 0.5, 0.625),
          Palette.of(List.of("#000000", "#c00000", "#408000")),
          List.of(SCENE));

  @Test
  void tableGivesPercentAndGainInPoints() {
    assertThat(page)
        .contains("chair</td><td>50.00 %</td><td>62.50 %</td><td>+12.50</td>")
        .contains("background:#c00000");
  }

  @Test
  void classInNeitherTruthNorPredictionHasNoFigure() {
    assertThat(page).contains("&lt;plant&gt;</td><td>–</td><td>–</td><td>–</td>");
  }

  @Test
  void picturesOfASceneStandInThePage() {
    assertThat(page)
        .contains("base64,AQ==", "base64,Ag==", "<figcaption>truth</figcaption>")
        .contains("network 50.0 %, with CRF 75.0 %");
  }

  @Test
  void namesAreEscaped() {
    assertThat(page).contains("a&lt;b&gt;&amp;&quot;c").doesNotContain("a<b>");
    assertThat(page).contains("Mean IoU &lt;1 &amp; rising");
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(page).doesNotContain("http://", "https://", "src=\"/", "{{");
  }
}
