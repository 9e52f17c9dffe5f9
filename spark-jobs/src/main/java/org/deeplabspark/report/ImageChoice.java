package org.deeplabspark.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.deeplabspark.table.Ratios;

/**
 * Which images are shown, by id, and what is known of them.
 *
 * @param worst of the lowest mean IoU, lowest first
 * @param random that chance picked
 * @param unsure of the lowest mean winning marginal, lowest first
 * @param changed that the CRF changed most, most first
 * @param facts of all of these
 */
record ImageChoice(
    List<String> worst,
    List<String> random,
    List<String> unsure,
    List<String> changed,
    Map<String, ReportImage.Facts> facts) {

  static ImageChoice of(
      ReportRequest.Pictures asked,
      Dataset<Row> masks,
      Optional<Metrics> after,
      Optional<Metrics> before) {
    List<String> worst =
        after
            .map(a -> a.byImage().join(masks.select("image_id"), "image_id"))
            .map(scored -> ids(scored, col("miou"), asked.worst()))
            .orElse(List.of());
    List<String> random = ids(masks, xxhash64(col("image_id"), lit(asked.seed())), asked.random());
    List<String> unsure =
        ids(masks.filter("marginal IS NOT NULL"), col("marginal"), asked.review());
    List<String> changed = ids(masks.filter("changed > 0"), col("changed").desc(), asked.review());
    ImageChoice choice = new ImageChoice(worst, random, unsure, changed, new HashMap<>());
    choice.addFacts(masks, after, before);
    return choice;
  }

  private static List<String> ids(Dataset<Row> rows, Column order, int count) {
    return count == 0
        ? List.of()
        : rows.orderBy(order, col("image_id"))
            .select("image_id")
            .limit(count)
            .as(Encoders.STRING())
            .collectAsList();
  }

  /** The ids of all that are shown, each once. */
  Object[] all() {
    Set<String> all = new LinkedHashSet<>(worst);
    all.addAll(random);
    all.addAll(unsure);
    all.addAll(changed);
    return all.toArray();
  }

  private void addFacts(Dataset<Row> masks, Optional<Metrics> after, Optional<Metrics> before) {
    Map<String, Double> means = means(after);
    Map<String, Double> rawMeans = means(before);
    for (Row row :
        masks
            .filter(col("image_id").isin(all()))
            .select("image_id", "marginal", "changed")
            .collectAsList()) {
      String id = row.getAs("image_id");
      facts.put(
          id,
          new ReportImage.Facts(
              means.getOrDefault(id, Double.NaN),
              rawMeans.getOrDefault(id, Double.NaN),
              Ratios.orNaN(row.getAs("marginal")),
              Ratios.orNaN(row.getAs("changed"))));
    }
  }

  private Map<String, Double> means(Optional<Metrics> metrics) {
    Map<String, Double> means = new HashMap<>();
    metrics.ifPresent(
        m ->
            m.byImage()
                .filter(col("image_id").isin(all()))
                .collectAsList()
                .forEach(row -> means.put(row.getAs("image_id"), row.getAs("miou"))));
    return means;
  }
}
