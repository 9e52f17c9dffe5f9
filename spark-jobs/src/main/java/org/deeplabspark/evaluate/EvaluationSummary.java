package org.deeplabspark.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.Ratios;

/**
 * {@code summary.json} of an evaluation: ratios in 0..1, null where undefined, with the convention
 * behind each.
 */
final class EvaluationSummary {

  private EvaluationSummary() {}

  static String json(Evaluation evaluation, EvaluateRequest request) {
    ConfusionMatrix matrix = evaluation.matrix();
    Truth truth = request.truth();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("command", "evaluate");
    summary.put("mIoU", Ratios.orNull(evaluation.meanIou()));
    summary.put("convention", name(evaluation.convention()));
    summary.put("mIoU_by_convention", byConvention(matrix.figures()));
    summary.put("pixel_accuracy", Ratios.orNull(matrix.pixelAccuracy()));
    summary.put("mean_accuracy", Ratios.orNull(matrix.meanAccuracy()));
    summary.put("fwIoU", Ratios.orNull(matrix.frequencyWeightedIou()));
    summary.put("aAcc", Ratios.orNull(matrix.pixelAccuracy()));
    summary.put("mAcc", Ratios.orNull(matrix.meanAccuracy()));
    summary.put("pACC", Ratios.orNull(matrix.pixelAccuracy()));
    summary.put("mACC", Ratios.orNull(matrix.meanAccuracy()));
    summary.put("conventions", conventions());
    summary.put("images", evaluation.images());
    summary.put("images_by_class", imagesByClass(evaluation));
    summary.put("truths_without_prediction", evaluation.truthsWithoutPrediction());
    summary.put("images_not_compared", evaluation.uncompared().map(u -> u.images()).orElse(0L));
    summary.put("pixels", matrix.pixels());
    summary.put("image_means", imageMeans(evaluation.imageMeans()));
    summary.put("intervals", intervals(evaluation));
    evaluation.boundaries().ifPresent(found -> summary.put("boundary", boundary(found)));
    summary.put("classes", matrix.classes());
    summary.put("void", truth.voidLabel() < 0 ? null : truth.voidLabel());
    summary.put("dataset", truth.layout().map(layout -> layout.name()).orElse(null));
    summary.put("predictions", request.predictions());
    summary.put("predictions_digest", evaluation.predictionsDigest());
    summary.put("truth", truth.place());
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> byConvention(Figures figures) {
    Map<String, Object> means = new LinkedHashMap<>();
    for (MeanIou convention : MeanIou.values()) {
      means.put(name(convention), Ratios.orNull(figures.meanIou(convention)));
    }
    return means;
  }

  private static Map<String, Object> imageMeans(ImageMeans images) {
    Map<String, Object> byConvention = new LinkedHashMap<>();
    for (MeanIou convention : MeanIou.values()) {
      byConvention.put(name(convention), Ratios.orNull(images.meanIou(convention)));
    }
    Map<String, Object> means = new LinkedHashMap<>();
    means.put("mIoU_by_convention", byConvention);
    means.put("pixel_accuracy", Ratios.orNull(images.pixelAccuracy()));
    return means;
  }

  private static Map<String, Object> intervals(Evaluation evaluation) {
    Intervals found = evaluation.intervals();
    Map<String, Object> means = new LinkedHashMap<>();
    for (MeanIou convention : MeanIou.values()) {
      means.put(name(convention), ends(found.meanIou().get(convention)));
    }
    Map<String, Object> classes = new LinkedHashMap<>();
    for (int id = 0; id < evaluation.classNames().size(); id++) {
      classes.put(evaluation.classNames().get(id), ends(found.classIou().get(id)));
    }
    Map<String, Object> intervals = new LinkedHashMap<>();
    intervals.put("level", 0.95);
    intervals.put("method", "percentiles of a Poisson bootstrap over the images");
    intervals.put("resamples", Bootstrap.RESAMPLES);
    intervals.put("seed", Bootstrap.SEED);
    intervals.put("fewest_images", Bootstrap.FEWEST_IMAGES);
    intervals.put("mIoU", ends(found.meanIou().get(evaluation.convention())));
    intervals.put("mIoU_by_convention", means);
    intervals.put("pixel_accuracy", ends(found.pixelAccuracy()));
    intervals.put("iou", classes);
    return intervals;
  }

  private static Map<String, Long> imagesByClass(Evaluation evaluation) {
    Map<String, Long> images = new LinkedHashMap<>();
    for (int id = 0; id < evaluation.classNames().size(); id++) {
      images.put(evaluation.classNames().get(id), evaluation.intervals().images().get(id));
    }
    return images;
  }

  private static List<Double> ends(Interval interval) {
    return interval.defined() ? List.of(interval.low(), interval.high()) : null;
  }

  private static Map<String, Object> boundary(Boundaries found) {
    Map<String, Object> trimap = new LinkedHashMap<>();
    List<Integer> widths = new ArrayList<>();
    Map<String, List<Double>> curves = new LinkedHashMap<>();
    List<Double> accuracies = new ArrayList<>();
    for (int width = 1; width <= found.trimaps().size(); width++) {
      Figures band = found.trimaps().get(width - 1);
      widths.add(width);
      accuracies.add(Ratios.orNull(band.pixelAccuracy()));
      for (MeanIou convention : MeanIou.values()) {
        curves
            .computeIfAbsent(name(convention), key -> new ArrayList<>())
            .add(Ratios.orNull(band.meanIou(convention)));
      }
    }
    trimap.put("widths", widths);
    trimap.put("mIoU_by_convention", curves);
    trimap.put("pixel_accuracy", accuracies);
    Map<String, Object> rims = new LinkedHashMap<>();
    rims.put("mIoU_by_convention", byConvention(found.rims()));
    Map<String, Object> boundary = new LinkedHashMap<>();
    boundary.put("trimap", trimap);
    boundary.put("boundary_iou", rims);
    return boundary;
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
}
