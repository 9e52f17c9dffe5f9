package org.deeplabspark.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;

/**
 * {@code summary.json} of an evaluation: ratios in 0..1, null where undefined, with the convention
 * behind each.
 */
final class EvaluationSummary {

  private EvaluationSummary() {}

  static String json(Evaluation evaluation, EvaluateRequest request) {
    ConfusionMatrix matrix = evaluation.matrix();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("mIoU", ratio(evaluation.meanIou()));
    summary.put("convention", name(evaluation.convention()));
    Map<String, Object> byConvention = new LinkedHashMap<>();
    for (MeanIou convention : MeanIou.values()) {
      byConvention.put(name(convention), ratio(matrix.meanIou(convention)));
    }
    summary.put("mIoU_by_convention", byConvention);
    summary.put("pixel_accuracy", ratio(matrix.pixelAccuracy()));
    summary.put("mean_accuracy", ratio(matrix.meanAccuracy()));
    summary.put("fwIoU", ratio(matrix.frequencyWeightedIou()));
    summary.put("aAcc", ratio(matrix.pixelAccuracy()));
    summary.put("mAcc", ratio(matrix.meanAccuracy()));
    summary.put("pACC", ratio(matrix.pixelAccuracy()));
    summary.put("mACC", ratio(matrix.meanAccuracy()));
    summary.put("conventions", conventions());
    summary.put("images", evaluation.images());
    summary.put("truths_without_prediction", evaluation.truthsWithoutPrediction());
    summary.put("pixels", matrix.pixels());
    summary.put("classes", matrix.classes());
    summary.put("void", request.voidLabel() < 0 ? null : request.voidLabel());
    summary.put("predictions", request.predictions());
    summary.put("truth", request.truth());
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> conventions() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("present", "mean over classes with truth pixels (VOC, deeplab-pytorch, detectron2)");
    words.put(
        "union", "mean over classes in truth or prediction (mmsegmentation, TensorFlow DeepLab)");
    words.put("all", "mean over every class of the model, an empty union counts 0");
    words.put("pixel_accuracy", "right pixels over all that are not void; also aAcc, pACC");
    words.put(
        "mean_accuracy",
        "mean over classes with truth pixels of right over truth pixels; also mAcc, mACC");
    words.put("fwIoU", "IoU weighted by each class's share of the truth");
    return words;
  }

  private static String name(MeanIou convention) {
    return convention.name().toLowerCase(Locale.ROOT);
  }

  private static Double ratio(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
