package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.deeplabspark.pass.Engines;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real VOC network on real photographs. */
class SegmentVocTest {

  @TempDir static Path dir;

  private static Path refined;
  private static Path raw;
  private static int enginesOpened;

  @BeforeAll
  static void segment() {
    SharedSpark.session();
    String photos = SharedData.require("voc/JPEGImages").toString();
    refined = dir.resolve("refined");
    raw = dir.resolve("raw");
    int before = Engines.opened();
    run("--input", photos, "--output", refined.toString(), "--partitions", "7");
    run(
        "--input",
        photos,
        "--output",
        raw.toString(),
        "--partitions",
        "1",
        "--crf",
        "off",
        "--run-date",
        "2026-01-31");
    enginesOpened = Engines.opened() - before;
  }

  private static void run(String... more) {
    assertThat(Deeplab.run(VocModel.segment(more))).isEqualTo(ExitCode.DONE);
  }

  @Test
  void sparkHasTheStageClockAmongItsMetrics() {
    var sources = SparkEnv.get().metricsSystem().getSourcesByName("deeplab");
    assertThat(sources.size()).isEqualTo(1);
    var gauges = sources.apply(0).metricRegistry().getGauges();
    for (String stage : List.of("read", "decode", "infer", "crf", "encode", "write", "idle")) {
      assertThat((Long) gauges.get(stage + "_millis").getValue()).as(stage).isNotNegative();
    }
    assertThat((Long) gauges.get("crf_millis").getValue()).isPositive();
  }

  @Test
  void tasksAndRunsShareOneEngine() {
    assertThat(enginesOpened).isLessThanOrEqualTo(1);
  }

  @Test
  void figuresAreThoseOfTheReferenceImplementation() throws IOException {
    JsonNode before = evaluate(raw.toString(), "metrics-raw");
    JsonNode after = evaluate(refined.toString(), "metrics-refined");

    // An independent implementation, and what decoding and resampling may differ by.
    assertThat(100 * before.get("mIoU").asDouble()).isCloseTo(62.93, within(0.4));
    assertThat(100 * before.get("pixel_accuracy").asDouble()).isCloseTo(91.40, within(0.3));
    assertThat(100 * after.get("mIoU").asDouble()).isCloseTo(64.34, within(0.4));
    assertThat(100 * after.get("pixel_accuracy").asDouble()).isCloseTo(91.74, within(0.3));
    assertThat(after.get("images").asInt()).isEqualTo(16);
    assertThat(after.get("classes").asInt()).isEqualTo(21);
  }

  private static JsonNode evaluate(String predictions, String name) throws IOException {
    Path output = dir.resolve(name);
    String truth = SharedData.require("voc/SegmentationClass").toString();
    assertThat(
            Deeplab.run(
                "evaluate",
                "--predictions",
                predictions,
                "--truth",
                truth,
                "--output",
                output.toString()))
        .isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(output.resolve("summary.json").toFile());
  }

  @Test
  void masksDoNotDependOnPartitions() {
    String some = SharedData.require("voc/JPEGImages") + "/2011_*.jpg";
    Path one = dir.resolve("one");
    run("--input", some, "--output", one.toString(), "--partitions", "1");

    Map<String, String> expected = new TreeMap<>(Duck.maskDigests(refined));
    expected.keySet().removeIf(id -> !id.startsWith("2011_"));
    assertThat(expected).hasSize(3);
    assertThat(Duck.maskDigests(one)).isEqualTo(expected);
  }

  @Test
  void tablesHaveTheColumnsOfTheContract() {
    assertThat(columns("masks"))
        .containsExactly(
            "image_id VARCHAR",
            "path VARCHAR",
            "modification_time TIMESTAMP WITH TIME ZONE",
            "length BIGINT",
            "content_digest VARCHAR",
            "width INTEGER",
            "height INTEGER",
            "mask_codec VARCHAR",
            "mask BLOB",
            "class_pixels MAP(INTEGER, BIGINT)",
            "mean_confidence FLOAT",
            "crf_changed_fraction FLOAT",
            "decode_millis DOUBLE",
            "infer_millis DOUBLE",
            "crf_millis DOUBLE",
            "encode_millis DOUBLE",
            "model_digest VARCHAR",
            "config_digest VARCHAR",
            "run_id VARCHAR",
            "run_date DATE");
    assertThat(columns("errors"))
        .containsExactly(
            "image_id VARCHAR",
            "path VARCHAR",
            "modification_time TIMESTAMP WITH TIME ZONE",
            "length BIGINT",
            "content_digest VARCHAR",
            "stage VARCHAR",
            "code VARCHAR",
            "message VARCHAR",
            "run_id VARCHAR",
            "run_date DATE");
  }

  private static List<String> columns(String table) {
    return Duck.query("DESCRIBE SELECT * FROM " + Duck.table(raw, table)).stream()
        .map(row -> row.get(0) + " " + row.get(1))
        .toList();
  }

  @Test
  void rowsHoldWhatTheyShould() {
    String wrong =
        " WHERE len(content_digest) <> 64 OR mask_codec <> 'png-indexed' OR mean_confidence NOT BETWEEN 0 AND 1"
            + " OR list_sum(map_values(class_pixels)) <> width * height OR infer_millis <= 0"
            + " OR content_digest <> sha256(content)";
    for (Path output : List.of(raw, refined)) {
      String joined =
          Duck.table(output, "masks")
              + " m JOIN read_blob('"
              + SharedData.require("voc/JPEGImages")
              + "/*.jpg') f ON parse_filename(f.filename, true) = image_id";
      assertThat(Duck.query("SELECT count(*) FROM " + joined)).containsExactly(List.of("16"));
      assertThat(Duck.query("SELECT image_id FROM " + joined + wrong)).isEmpty();
    }
    assertThat(
            Duck.query(
                "SELECT DISTINCT run_date, crf_changed_fraction FROM " + Duck.table(raw, "masks")))
        .containsExactly(java.util.Arrays.asList("2026-01-31", null));
    assertThat(
            Duck.query("SELECT max(crf_changed_fraction) > 0 FROM " + Duck.table(refined, "masks")))
        .containsExactly(List.of("true"));
  }

  @Test
  void masksAreStoredPlainAndTheirColumnNamesTheClasses() {
    String files = Duck.table(raw, "masks").replaceFirst("read_parquet\\(('.*?'),.*", "$1");
    assertThat(
            Duck.query(
                "SELECT DISTINCT compression, encodings LIKE '%DICT%' FROM parquet_metadata("
                    + files
                    + ") WHERE path_in_schema = 'mask'"))
        .containsExactly(List.of("UNCOMPRESSED", "false"));
    assertThat(
            Duck.query(
                    "SELECT decode(value) FROM parquet_kv_metadata("
                        + files
                        + ") WHERE decode(key) = 'org.apache.spark.sql.parquet.row.metadata'")
                .get(0)
                .get(0))
        .contains(
            "\"class_names\":[\"background\",\"aeroplane\"",
            "\"class_colors\"",
            "\"model_digest\"");
  }

  @Test
  void runRecordSaysWithWhatAndWhatCameOut() throws IOException {
    try (Stream<Path> records = Files.list(refined.resolve("_runs"))) {
      Path record = records.filter(p -> p.toString().endsWith(".json")).findFirst().orElseThrow();
      JsonNode run = new ObjectMapper().readTree(record.toFile());
      assertThat(run.at("/counts/masks").asInt()).isEqualTo(16);
      assertThat(run.at("/settings/crf/iterations").asInt()).isEqualTo(10);
      assertThat(run.at("/model/digest").asText()).hasSize(64);
      assertThat(run.at("/timings/verdict").asText())
          .startsWith("Too short to judge: 16 images in ");
      for (String stage : List.of("read", "decode", "infer", "crf", "encode", "write", "idle")) {
        String seconds = "/timings/" + stage + "_task_seconds";
        assertThat(run.at(seconds).asDouble()).as(stage).isPositive();
        assertThat(run.at("/executors/0/" + stage + "_task_seconds").asDouble())
            .isEqualTo(run.at(seconds).asDouble());
      }
      assertThat(run.at("/timings/list_seconds").asDouble()).isPositive();
      assertThat(run.at("/executors/0/executor").asText()).isEqualTo("driver");
      assertThat(run.at("/executors/0/device").asText()).isEqualTo("cpu");
      // Seven were asked for: shards of about equal work may be a few more.
      assertThat(run.at("/executors/0/tasks").asInt()).isBetween(7, 16);
      assertThat(run.at("/executors/0/images").asInt()).isEqualTo(16);
      assertThat(run.at("/versions/spark").asText()).startsWith("3.5");
      assertThat(record.getFileName()).hasToString(run.get("run_id").asText() + ".json");
    }
    assertThat(refined.resolve("_staging")).doesNotExist();
  }
}
