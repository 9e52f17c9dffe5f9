package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.Suffixes;
import org.deeplabspark.settings.InputFilter;

/**
 * What {@code validate} is asked.
 *
 * @param inputs photographs, as {@code segment} takes them
 * @param filter which files are photographs
 * @param truth folder of PNGs
 * @param suffixes what image ids and truth names end with where they differ
 * @param voidLabel truth id that counts nowhere; -1: none beside the layout's
 * @param classNames of plain ids; empty: unknown
 * @param layout what labels mean; empty: ids are classes
 * @param panopticJson of a panoptic truth; empty: TRUTH.json
 */
public record ValidateRequest(
    List<String> inputs,
    InputFilter filter,
    String truth,
    Suffixes suffixes,
    int voidLabel,
    List<String> classNames,
    Optional<LabelLayout> layout,
    Optional<String> panopticJson) {

  /** The same question as an evaluation asks it. */
  EvaluateRequest labels() {
    return new EvaluateRequest(
        "",
        truth,
        "",
        suffixes,
        voidLabel,
        org.deeplabspark.metric.MeanIou.PRESENT,
        classNames,
        new EvaluateRequest.Layouts(layout, Optional.empty(), Optional.empty(), panopticJson),
        Optional.empty(),
        Optional.empty());
  }
}
