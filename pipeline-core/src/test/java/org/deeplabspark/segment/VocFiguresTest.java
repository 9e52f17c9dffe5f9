package org.deeplabspark.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.engine.onnx.OnnxEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.model.Model;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;

/** The whole way over real photographs, against an independent implementation's figures. */
class VocFiguresTest {

  @Test
  void figuresOfTheReferenceAreReached() throws Exception {
    Path weights = SharedData.require("models/onnx/deeplabv3_mnv2_pascal_float_logits.onnx");
    Path card = SharedData.root().resolve("conf/models/deeplabv3-mnv2-voc.json");
    Model model = Model.open(weights, Optional.of(card));
    ConfusionMatrix raw = ConfusionMatrix.empty(21);
    ConfusionMatrix refined = raw;
    int images = 0;
    try (SegmentationEngine engine =
        OnnxEngine.open(model.card(), model.weights(), new EngineSettings("cpu", 2))) {
      Segmenter plain =
          new Segmenter(
              engine,
              model.card(),
              new SegmentSettings(ImageDecoder.DEFAULT_MAX_MEGAPIXELS, Optional.empty()));
      Segmenter withCrf =
          new Segmenter(
              engine,
              model.card(),
              new SegmentSettings(
                  ImageDecoder.DEFAULT_MAX_MEGAPIXELS, Optional.of(CrfSettings.deepLabV2())));
      for (Path photo : SharedData.files("voc/JPEGImages")) {
        String truthName = photo.getFileName().toString().replace(".jpg", ".png");
        LabelMask truth =
            PngMaskCodec.decode(
                Files.readAllBytes(SharedData.require("voc/SegmentationClass/" + truthName)));
        byte[] content = Files.readAllBytes(photo);
        raw = raw.plus(ConfusionMatrix.of(21, truth, plain.segment(content).mask()));
        refined = refined.plus(ConfusionMatrix.of(21, truth, withCrf.segment(content).mask()));
        images++;
      }
    }
    assertThat(images).isEqualTo(16);
    assertThat(100 * raw.meanIou(MeanIou.PRESENT)).isCloseTo(62.93, within(0.4));
    assertThat(100 * raw.pixelAccuracy()).isCloseTo(91.40, within(0.3));
    assertThat(100 * refined.meanIou(MeanIou.PRESENT)).isCloseTo(64.34, within(0.4));
    assertThat(100 * refined.pixelAccuracy()).isCloseTo(91.74, within(0.3));
  }
}
