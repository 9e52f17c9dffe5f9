package org.deeplabspark.demo;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.dataset.Truth;
import org.deeplabspark.evaluate.EvaluateJob;
import org.deeplabspark.evaluate.EvaluateRequest;
import org.deeplabspark.evaluate.Evaluation;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.PathText;
import org.deeplabspark.label.SegmentJob;
import org.deeplabspark.label.SegmentRequest;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.metric.Trimap;
import org.deeplabspark.report.ReportJob;
import org.deeplabspark.report.ReportRequest;
import org.deeplabspark.settings.DemoSettings;
import org.deeplabspark.settings.LabelSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code demo}: the whole path on what the application carries. Draws scenes that the shipped model
 * has not seen, labels them with and without CRF by the same jobs as {@code segment} and {@code
 * evaluate}, and writes the report about them.
 */
public final class DemoJob {

  private static final Logger LOG = LoggerFactory.getLogger(DemoJob.class);

  private static final String MODEL = "/conf/models/compact-scenes/";

  private static final String METRICS_RAW = "metrics-network";
  private static final String METRICS_REFINED = "metrics-refined";

  /** Name of the page, below the demo's directory. */
  static final String PAGE = "index.html";

  /** Scenes of each kind on the page; the tables hold all of them. */
  private static final int SHOWN = 6;

  private final SparkSession spark;
  private final Configuration hadoop;
  private final DemoSettings settings;
  private final DemoRequest request;
  private final FileSystem fs;
  private final Path root;

  /** Prepares a demo; nothing is written before {@link #run}. */
  public DemoJob(SparkSession spark, DemoSettings settings, DemoRequest request)
      throws IOException {
    this.spark = spark;
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.request = request;
    Path output = PathText.parse(request.output());
    this.fs = output.getFileSystem(hadoop);
    this.root = fs.makeQualified(output);
  }

  /**
   * Draws, labels twice, evaluates twice, writes the page.
   *
   * @throws org.deeplabspark.settings.UsageException if the directory is another command's output;
   *     nothing was written
   */
  public DemoOutcome run() throws IOException {
    OutputDirectory.refuseOutput(hadoop, request.output());
    SceneFolder scenes = new SceneFolder(hadoop, new Path(root, "scenes"));
    LOG.info("drawing {} scenes of seed {}", request.scenes(), request.seed());
    scenes.write(new SceneGenerator(request.seed()), request.scenes());
    String model = unpackModel();

    Path raw = new Path(root, "network");
    Path refined = new Path(root, "refined");
    segment(settings.network(), model, scenes, raw);
    segment(settings.refined(), model, scenes, refined);
    Evaluation before = evaluate(raw, scenes, METRICS_RAW);
    Evaluation after = evaluate(refined, scenes, METRICS_REFINED);

    report(raw, refined, scenes);
    return new DemoOutcome(before, after, request.output());
  }

  /** The application jar carries the model; executors and people find it as a model directory. */
  private String unpackModel() throws IOException {
    Path directory = new Path(root, "model");
    for (String file : List.of("model.json", "model.onnx")) {
      try (InputStream in = DemoJob.class.getResourceAsStream(MODEL + file)) {
        put(new Path(directory, file), in.readAllBytes());
      }
    }
    return directory.toString();
  }

  private void segment(LabelSettings settings, String model, SceneFolder scenes, Path output)
      throws IOException {
    SegmentRequest segment =
        new SegmentRequest(
            model,
            Optional.empty(),
            List.of(scenes.images().toString()),
            Optional.empty(),
            Optional.empty(),
            output.toString(),
            LocalDate.now(ZoneOffset.UTC));
    LOG.info("{}", new SegmentJob(spark, settings, segment).run().sentence());
  }

  private Evaluation evaluate(Path predictions, SceneFolder scenes, String output)
      throws IOException {
    EvaluateRequest evaluate =
        EvaluateRequest.of(predictions.toString(), truth(scenes), new Path(root, output).toString())
            .withBoundary(Trimap.Border.AUTO);
    return new EvaluateJob(spark, settings.report().limits(), evaluate).run();
  }

  private static Truth truth(SceneFolder scenes) {
    return Truth.of(scenes.labels().toString());
  }

  private void report(Path raw, Path refined, SceneFolder scenes) throws IOException {
    int few = Math.min(SHOWN, request.scenes());
    ReportRequest report =
        new ReportRequest(
            ReportRequest.Run.of(refined.toString(), new Path(root, METRICS_REFINED).toString()),
            ReportRequest.Run.of(raw.toString(), new Path(root, METRICS_RAW).toString()),
            Optional.of(truth(scenes)),
            MeanIou.PRESENT,
            List.of(),
            new Path(root, PAGE).toString(),
            new ReportRequest.Pictures(few, few, few, 320, request.seed()));
    new ReportJob(spark, settings.report(), report).run();
  }

  private void put(Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(content);
    }
  }
}
