package org.deeplabspark.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.settings.UsageException;
import scala.Tuple2;

/**
 * Reads every sample once, on the executors, before the first step: an unreadable file, a mask of
 * another size than its image or an id that is no class would stop a training in its middle.
 */
final class SampleCheck {

  private static final int SHOWN = 3;

  private final JavaSparkContext spark;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final int classes;
  private final int voidLabel;

  SampleCheck(
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> hadoop,
      int classes,
      int voidLabel) {
    this.spark = spark;
    this.hadoop = hadoop;
    this.classes = classes;
    this.voidLabel = voidLabel;
  }

  /**
   * The samples that can be trained on.
   *
   * @param skipBad whether bad ones are left out and counted instead of refused
   * @throws UsageException naming the first bad ones, or if none is left
   */
  List<SamplePair> good(List<SamplePair> pairs, boolean skipBad, PrintStream out) {
    Broadcast<SerializableConfiguration> configuration = hadoop;
    int mostClasses = classes;
    int unlabelled = voidLabel;
    int tasks = Math.max(1, Math.min(pairs.size(), 4 * spark.defaultParallelism()));
    spark.sc().setJobDescription("check " + pairs.size() + " images and their truth");
    Map<Integer, String> faults =
        spark
            .parallelize(numbered(pairs), tasks)
            .mapPartitionsToPair(
                part -> faults(part, configuration.value().value(), mostClasses, unlabelled))
            .collectAsMap();
    spark.sc().setJobDescription(null);
    if (faults.isEmpty()) {
      return pairs;
    }
    String first =
        String.join("; ", faults.keySet().stream().sorted().limit(SHOWN).map(faults::get).toList());
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
    return good;
  }

  private static List<Tuple2<Integer, SamplePair>> numbered(List<SamplePair> pairs) {
    List<Tuple2<Integer, SamplePair>> numbered = new ArrayList<>();
    for (SamplePair pair : pairs) {
      numbered.add(new Tuple2<>(numbered.size(), pair));
    }
    return numbered;
  }

  private static Iterator<Tuple2<Integer, String>> faults(
      Iterator<Tuple2<Integer, SamplePair>> pairs,
      Configuration hadoop,
      int classes,
      int voidLabel) {
    List<Tuple2<Integer, String>> faults = new ArrayList<>();
    while (pairs.hasNext()) {
      Tuple2<Integer, SamplePair> pair = pairs.next();
      try {
        int id = idOutOfRange(Sample.read(hadoop, pair._2()).truth(), classes, voidLabel);
        if (id >= 0) {
          faults.add(
              new Tuple2<>(
                  pair._1(),
                  String.format(
                      "%s has the id %d, must be below %d or %d",
                      pair._2().truth(), id, classes, voidLabel)));
        }
      } catch (IOException e) {
        faults.add(new Tuple2<>(pair._1(), e.getMessage()));
      }
    }
    return faults.iterator();
  }

  /** The first id that is neither a class nor void; -1 if there is none. */
  private static int idOutOfRange(LabelMask truth, int classes, int voidLabel) {
    for (byte label : truth.labels()) {
      int id = label & 0xff;
      if (id >= classes && id != voidLabel) {
        return id;
      }
    }
    return -1;
  }
}
