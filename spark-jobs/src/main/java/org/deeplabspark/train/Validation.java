package org.deeplabspark.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.model.ClassLabel;

/**
 * How good a model is on images that it is not trained on.
 *
 * @param meanIou over the classes in the truth, in [0, 1]
 * @param classIou by the class's name, in their order; null for one in neither truth nor answer
 */
record Validation(double meanIou, Map<String, Double> classIou) {

  static Validation of(ConfusionMatrix counts, List<ClassLabel> classes) {
    Map<String, Double> byName = new LinkedHashMap<>();
    for (ClassIou overlap : counts.perClass()) {
      double iou = overlap.iou();
      byName.put(classes.get(overlap.classId()).name(), Double.isNaN(iou) ? null : iou);
    }
    return new Validation(counts.meanIou(MeanIou.PRESENT), byName);
  }
}
