package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplabspark.dataset.IdLookup;
import org.deeplabspark.dataset.LabelLayout;
import org.deeplabspark.dataset.LabelReader;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.settings.UsageException;

/**
 * One list of classes for truth and predictions, and how the labels of both become its numbers.
 *
 * @param classNames in order; of 255 numbers where nobody says what the classes are
 * @param known whether somebody does
 * @param truthName for messages
 * @param truthReader files to labels
 * @param truth labels to classes
 * @param predictedReader files to labels
 * @param predicted labels to classes of the truth
 */
record ClassMatch(
    List<String> classNames,
    boolean known,
    String truthName,
    LabelReader truthReader,
    IdLookup truth,
    LabelReader predictedReader,
    IdLookup predicted)
    implements Serializable {

  /** Ids that masks of unknown classes may hold: all but void. */
  static final int MOST_CLASSES = LabelMask.VOID;

  /**
   * The match of a truth's labels with predicted ones.
   *
   * @param stored class names that a masks table brings; empty for none
   * @throws UsageException if the lists of classes do not belong together; names the fix
   */
  static ClassMatch of(Truth asked, PredictedLabels labels, List<String> stored) {
    List<String> predictedNames = stored.isEmpty() ? labels.classNames() : stored;
    if (predictedNames.isEmpty()) {
      predictedNames = labels.layout().map(LabelLayout::classNames).orElse(List.of());
    }
    boolean known = asked.layout().isPresent() || !predictedNames.isEmpty();
    List<String> anything = predictedNames.isEmpty() ? numbers() : predictedNames;
    LabelLayout truth = asked.layout().orElseGet(() -> LabelLayout.plain(anything));
    LabelLayout predictions =
        labels
            .layout()
            .orElse(
                LabelLayout.plain(predictedNames.isEmpty() ? truth.classNames() : predictedNames));
    IdLookup predicted = predictions.lookup().ofPredictions();
    if (labels.map().isPresent()) {
      if (asked.layout().isEmpty() || predictedNames.isEmpty()) {
        throw new UsageException(
            "Invalid --label-map: needs the names of both sides; give --dataset for the truth and, for"
                + " PNG predictions, --prediction-dataset or --model-card");
      }
      predicted = predicted.then(labels.map().get().resolve(predictedNames, truth.classNames()));
    } else {
      requireSame(truth, predictions.classNames());
    }
    return new ClassMatch(
        truth.classNames(),
        known,
        truth.title(),
        new LabelReader(truth),
        truthLookup(truth, asked),
        new LabelReader(predictions),
        predicted);
  }

  private static List<String> numbers() {
    return IntStream.range(0, MOST_CLASSES).mapToObj(ClassNames::number).toList();
  }

  /** Void wins over a class of plain ids; a described class wins over void. */
  private static IdLookup truthLookup(LabelLayout truth, Truth asked) {
    IdLookup lookup = truth.lookup();
    int id = asked.voidLabel();
    boolean taken = asked.layout().isPresent() && lookup.classOf(Math.max(0, id)) >= 0;
    return id < 0 || taken ? lookup : lookup.with(id, IdLookup.VOID);
  }

  private static void requireSame(LabelLayout truth, List<String> predicted) {
    List<String> names = truth.classNames();
    for (int id = 0; id < Math.max(names.size(), predicted.size()); id++) {
      String here = id < names.size() ? names.get(id) : "nothing";
      String there = id < predicted.size() ? predicted.get(id) : "nothing";
      if (!ClassNames.same(here, there)) {
        throw new UsageException(
            String.format(
                "Invalid --dataset: its %d classes are not the %d predicted ones (class %d is %s in %s"
                    + " and %s in the predictions); --label-map says which predicted class stands for which",
                names.size(), predicted.size(), id, here, truth.title(), there));
      }
    }
  }
}
