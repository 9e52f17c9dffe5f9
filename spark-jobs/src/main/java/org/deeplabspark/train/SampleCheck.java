package org.deeplabspark.train;

import java.io.PrintStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.pass.ImageFailure;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.settings.UsageException;
import scala.Tuple2;

/**
 * Reads every sample once, on the executors, before the first step: an unreadable file, a mask of
 * another size than its image or an id that is no class would stop a training in its middle.
 */
final class SampleCheck {

  private static final int SHOWN = 3;

  private final JavaSparkContext spark;
  private final SampleReader reader;
  private final int classes;

  SampleCheck(JavaSparkContext spark, SampleReader reader, int classes) {
    this.spark = spark;
    this.reader = reader;
    this.classes = classes;
  }

  /**
   * What can be trained on.
   *
   * @param pairs at least one
   * @param frequency of the classes in them
   */
  record Good(List<SamplePair> pairs, ClassFrequency frequency) {}

  /** What a task found: faults by the place of their sample in the list. */
  private record Findings(SortedMap<Integer, String> faults, ClassFrequency frequency)
      implements Serializable {

    Findings plus(Findings other) {
      faults.putAll(other.faults);
      return new Findings(faults, frequency.plus(other.frequency));
    }
  }

  /**
   * The samples that can be trained on.
   *
   * @param skipBad whether bad ones are left out and counted instead of refused
   * @throws UsageException naming the first bad ones, or if none is left, or all truth is void
   */
  Good good(List<SamplePair> pairs, boolean skipBad, PrintStream out) {
    SampleReader samples = reader;
    int mostClasses = classes;
    int tasks = Math.max(1, Math.min(pairs.size(), 4 * spark.defaultParallelism()));
    spark.sc().setJobDescription("check " + pairs.size() + " images and their truth");
    Findings found =
        spark
            .parallelize(numbered(pairs), tasks)
            .mapPartitions(part -> List.of(look(part, samples, mostClasses)).iterator())
            .reduce(Findings::plus);
    spark.sc().setJobDescription(null);
    SortedMap<Integer, String> faults = found.faults();
    if (faults.isEmpty()) {
      return labelled(new Good(pairs, found.frequency()));
    }
    String first = String.join("; ", faults.values().stream().limit(SHOWN).toList());
    if (!skipBad) {
      throw new UsageException(
          String.format(
              "Invalid --truth: %d of %d images cannot be trained on (--skip-bad leaves them out): %s",
              faults.size(), pairs.size(), first));
    }
    out.printf("%d of %d images left out: %s%n", faults.size(), pairs.size(), first);
    List<SamplePair> good = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      if (!faults.containsKey(i)) {
        good.add(pairs.get(i));
      }
    }
    if (good.isEmpty()) {
      throw new UsageException("Invalid --truth: no image can be trained on: " + first);
    }
    return labelled(new Good(good, found.frequency()));
  }

  private static Good labelled(Good good) {
    if (good.frequency().isVoid()) {
      throw new UsageException(
          String.format(
              "Invalid --truth: no pixel of the %d masks is of a class, all are void: a training has"
                  + " nothing to learn; look at --dataset, --classes and --void-label",
              good.pairs().size()));
    }
    return good;
  }

  private static List<Tuple2<Integer, SamplePair>> numbered(List<SamplePair> pairs) {
    List<Tuple2<Integer, SamplePair>> numbered = new ArrayList<>();
    for (SamplePair pair : pairs) {
      numbered.add(new Tuple2<>(numbered.size(), pair));
    }
    return numbered;
  }

  private static Findings look(
      Iterator<Tuple2<Integer, SamplePair>> pairs, SampleReader reader, int classes) {
    Findings findings = new Findings(new TreeMap<>(), new ClassFrequency(classes));
    while (pairs.hasNext()) {
      Tuple2<Integer, SamplePair> numbered = pairs.next();
      SamplePair pair = numbered._2();
      ImageAttempts.WITHOUT_JOURNAL
          .<Optional<String>>result(
              pair.image(),
              Stage.DECODE,
              () -> {
                findings.frequency().add(reader.read(pair).truth());
                return Optional.empty();
              },
              () -> {},
              failure -> Optional.of(fault(pair, failure)))
          .ifPresent(fault -> findings.faults().put(numbered._1(), fault));
    }
    return findings;
  }

  /** What is wrong, naming a file also where the failure should not happen and names none. */
  static String fault(SamplePair pair, ImageFailure failure) {
    String message = failure.message();
    return message.contains(pair.image()) || message.contains(pair.truth().path())
        ? message
        : "Cannot use " + pair.image() + ": " + message;
  }
}
