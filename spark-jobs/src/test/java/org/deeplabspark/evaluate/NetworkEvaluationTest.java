package org.deeplabspark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayouts;
import org.deeplabspark.dataset.LabelMap;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.label.SegmentJob;
import org.deeplabspark.label.SegmentRequest;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real networks against truths with other classes than theirs. */
class NetworkEvaluationTest {

  private static final String CITYSCAPES =
      "models/onnx/deeplab_mobilenet_edgetpu_slim_cityscapes_float_logits.onnx";

  @TempDir Path dir;

  private Path segment(String weights, String card, Path photos, boolean crf) throws IOException {
    Path output = dir.resolve(crf ? "refined" : "raw");
    Settings settings = Settings.reference().with("crf.enabled", String.valueOf(crf), "this test");
    new SegmentJob(
            SharedSpark.session(),
            LabelSettings.of(settings),
            new SegmentRequest(
                weights,
                Optional.of(card),
                List.of(photos.toString()),
                Optional.empty(),
                Optional.empty(),
                output.toString(),
                LocalDate.EPOCH))
        .run();
    return output;
  }

  private Evaluation evaluate(
      Path predictions, Path truth, String dataset, String map, boolean boundary)
      throws IOException {
    EvaluateRequest request =
        EvaluateRequest.of(
                predictions.toString(),
                Truth.of(truth.toString()).withLayout(LabelLayouts.open(dataset)),
                dir.resolve("metrics").toString())
            .withLabels(
                new PredictedLabels(List.of(), Optional.empty(), Optional.of(LabelMap.open(map))));
    return new EvaluateJob(
            SharedSpark.session(),
            ReadLimits.of(Settings.reference()),
            boundary ? request.withBoundary(Trimap.Border.AUTO) : request)
        .run();
  }

  @Test
  void cityscapesNetworkLabelsCamvidWithTheShippedMap() throws IOException {
    String card =
        SharedData.root().resolve("conf/models/deeplab-mobilenet-cityscapes.json").toString();
    Path masks =
        segment(
            SharedData.require(CITYSCAPES).toString(),
            card,
            SharedData.require("camvid_test20/image"),
            false);

    Evaluation evaluation =
        evaluate(
            masks,
            SharedData.require("camvid_test20/label"),
            "camvid",
            "cityscapes-to-camvid",
            false);

    assertThat(evaluation.images()).isEqualTo(20);
    assertThat(evaluation.classNames()).hasSize(11).startsWith("sky", "building");
    assertThat(100 * evaluation.matrix().pixelAccuracy()).isCloseTo(86.0, within(2.0));
    assertThat(100 * evaluation.meanIou()).isCloseTo(55.4, within(4.0));
  }

  /** The network knows 21 classes, the truth of these photographs says horse or not. */
  @Test
  void crfGainsAtTheBordersOfHorses() throws IOException {
    Path truth = SharedData.require("weizmann/mask");
    Path photos = SharedData.require("weizmann/image");
    Path dataset = dir.resolve("horses.conf");
    Files.writeString(dataset, "classes = [{name = background}, {name = horse}], void = []");
    Path map = dir.resolve("horses-map.conf");
    StringBuilder targets = new StringBuilder("classes {");
    for (String name : LabelLayouts.open("voc").classNames()) {
      targets.append(name).append(name.equals("horse") ? " = horse\n" : " = background\n");
    }
    Files.writeString(map, targets.append("}").toString());

    Path raw = segment(VocModel.weights(), VocModel.card(), photos, false);
    Path refined = segment(VocModel.weights(), VocModel.card(), photos, true);
    Evaluation before = evaluate(raw, truth, dataset.toString(), map.toString(), true);
    Evaluation after = evaluate(refined, truth, dataset.toString(), map.toString(), true);

    assertThat(after.images()).isEqualTo(24);
    ClassIou horse = after.matrix().iou(1);
    assertThat(horse.iou()).isGreaterThan(before.matrix().iou(1).iou());
    for (int width = 1; width <= 5; width++) {
      Figures band = before.boundaries().orElseThrow().trimaps().get(width - 1);
      assertThat(after.boundaries().orElseThrow().trimaps().get(width - 1).meanIou(MeanIou.PRESENT))
          .as("%d px", width)
          .isGreaterThan(band.meanIou(MeanIou.PRESENT) + 0.02);
    }
  }
}
