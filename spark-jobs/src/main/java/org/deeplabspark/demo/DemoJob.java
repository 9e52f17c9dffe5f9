package org.deeplabspark.demo;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.evaluate.EvaluateJob;
import org.deeplabspark.evaluate.EvaluateRequest;
import org.deeplabspark.evaluate.Evaluation;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.job.MaskTable;
import org.deeplabspark.job.SegmentJob;
import org.deeplabspark.job.SegmentRequest;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code demo}: the whole path on what the application carries. Draws scenes that the shipped model
 * has not seen, labels them with and without CRF by the same jobs as {@code segment} and {@code
 * evaluate}, and writes a page that shows both.
 */
public final class DemoJob {

  private static final Logger LOG = LoggerFactory.getLogger(DemoJob.class);

  private static final String MODEL = "/conf/models/compact-scenes/";

  /** Scenes on the page; the tables hold all of them. */
  private static final int SHOWN = 8;

  private final SparkSession spark;
  private final Configuration hadoop;
  private final Settings settings;
  private final DemoRequest request;
  private final FileSystem fs;
  private final Path root;

  /**
   * Prepares a demo; nothing is written before {@link #run}.
   *
   * @param settings with the CRF switched on
   * @throws UsageException if the settings switch the CRF off: there would be nothing to compare
   */
  public DemoJob(SparkSession spark, Settings settings, DemoRequest request) throws IOException {
    if (!settings.flag("crf.enabled")) {
      throw new UsageException(
          "Invalid crf.enabled: demo compares masks with and without CRF, leave it on");
    }
    this.spark = spark;
    this.hadoop = spark.sessionState().newHadoopConf();
    this.settings = settings;
    this.request = request;
    Path output = new Path(request.output());
    this.fs = output.getFileSystem(hadoop);
    this.root = fs.makeQualified(output);
  }

  /** Draws, labels twice, evaluates twice, writes the page. */
  public DemoOutcome run() throws IOException {
    SceneFolder scenes = new SceneFolder(hadoop, new Path(root, "scenes"));
    LOG.info("drawing {} scenes of seed {}", request.scenes(), request.seed());
    scenes.write(new SceneGenerator(request.seed()), request.scenes());
    String model = unpackModel();

    Path raw = new Path(root, "network");
    Path refined = new Path(root, "refined");
    segment(settings.with("crf.enabled", "false", "demo"), model, scenes, raw);
    segment(settings, model, scenes, refined);
    Evaluation before = evaluate(raw, scenes, "metrics-network");
    Evaluation after = evaluate(refined, scenes, "metrics-refined");

    Path page = new Path(root, "index.html");
    put(page, page(before, after, examples(scenes, raw, refined)).getBytes(StandardCharsets.UTF_8));
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

  private void segment(Settings settings, String model, SceneFolder scenes, Path output)
      throws IOException {
    SegmentRequest segment =
        new SegmentRequest(
            model,
            Optional.empty(),
            List.of(scenes.images().toString()),
            Optional.empty(),
            output.toString(),
            LocalDate.now(ZoneOffset.UTC));
    LOG.info("{}", new SegmentJob(spark, settings, segment).run().sentence());
  }

  private Evaluation evaluate(Path predictions, SceneFolder scenes, String output)
      throws IOException {
    EvaluateRequest evaluate =
        new EvaluateRequest(
            predictions.toString(),
            scenes.labels().toString(),
            new Path(root, output).toString(),
            EvaluateRequest.Suffixes.NONE,
            LabelMask.VOID,
            MeanIou.PRESENT,
            List.of());
    return new EvaluateJob(spark, evaluate).run();
  }

  private List<DemoScene> examples(SceneFolder scenes, Path raw, Path refined) throws IOException {
    int count = Math.min(SHOWN, request.scenes());
    Map<String, byte[]> before = masks(raw, count);
    Map<String, byte[]> after = masks(refined, count);
    List<DemoScene> examples = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      String name = SceneFolder.name(index);
      List<byte[]> files = scenes.read(index);
      byte[] truth = files.get(1);
      byte[] photo = files.get(0);
      examples.add(
          new DemoScene(
              name,
              List.of(
                  DemoScene.Figure.of("image", photo),
                  DemoScene.Figure.of("truth", truth),
                  DemoScene.Figure.of("network", before.get(name)),
                  DemoScene.Figure.of("network + CRF", after.get(name))),
              meanIou(truth, before.get(name)),
              meanIou(truth, after.get(name))));
    }
    return examples;
  }

  private Map<String, byte[]> masks(Path output, int count) throws IOException {
    Object[] names = IntStream.range(0, count).mapToObj(SceneFolder::name).toArray();
    Map<String, byte[]> masks = new HashMap<>();
    for (Row row :
        MaskTable.rows(spark, new Path(output, "masks"))
            .filter(col("image_id").isin(names))
            .select("image_id", "mask")
            .collectAsList()) {
      masks.put(row.getString(0), row.getAs(1));
    }
    return masks;
  }

  private static double meanIou(byte[] truth, byte[] predicted) {
    try {
      return ConfusionMatrix.of(
              SceneClass.values().length,
              PngMaskCodec.decode(truth),
              PngMaskCodec.decode(predicted))
          .meanIou(MeanIou.PRESENT);
    } catch (MalformedImageException e) {
      throw new IllegalStateException("a mask written by this run does not decode", e);
    }
  }

  private String page(Evaluation before, Evaluation after, List<DemoScene> examples) {
    List<DemoPage.ClassRow> rows =
        IntStream.range(0, before.classNames().size())
            .mapToObj(
                id ->
                    new DemoPage.ClassRow(
                        id,
                        before.classNames().get(id),
                        before.matrix().iou(id).iou(),
                        after.matrix().iou(id).iou()))
            .toList();
    String summary =
        String.format(
            Locale.ROOT,
            "%d synthetic scenes (seed %d) that the network was not trained on. Mean IoU is %.2f %% by the network alone and"
                + " %.2f %% after the CRF; pixel accuracy %.2f %% and %.2f %%.",
            request.scenes(),
            request.seed(),
            100 * before.meanIou(),
            100 * after.meanIou(),
            100 * before.matrix().pixelAccuracy(),
            100 * after.matrix().pixelAccuracy());
    DemoPage.ClassRow mean =
        new DemoPage.ClassRow(LabelMask.VOID, "mean", before.meanIou(), after.meanIou());
    return DemoPage.html(summary, rows, mean, SceneFolder.PALETTE, examples);
  }

  private void put(Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(content);
    }
  }
}
