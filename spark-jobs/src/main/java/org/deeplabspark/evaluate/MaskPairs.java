package org.deeplabspark.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.source.HadoopBytes;

/**
 * Compares one image's masks: a row of image id, prediction's path, prediction's bytes (null: to be
 * read from that path) and truth's path becomes the cells of its confusion matrix. What is wrong
 * with an image becomes a row too, so that one message can count them all.
 */
final class MaskPairs implements FlatMapFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final int classes;
  private final int voidLabel;

  MaskPairs(Broadcast<SerializableConfiguration> hadoop, int classes, int voidLabel) {
    this.hadoop = hadoop;
    this.classes = classes;
    this.voidLabel = voidLabel;
  }

  @Override
  public Iterator<Row> call(Row pair) {
    String imageId = pair.getString(0);
    String predictionPath = pair.getString(1);
    String truthPath = pair.getString(3);
    try {
      LabelMask truth = decode(truthPath, read(truthPath), "truth");
      byte[] stored = pair.getAs(2);
      LabelMask predicted =
          decode(predictionPath, stored == null ? read(predictionPath) : stored, "prediction");
      return cells(imageId, ConfusionMatrix.of(classes, truth, predicted, voidLabel)).iterator();
    } catch (IllegalArgumentException e) {
      return problem(
          imageId, truthPath + " and " + predictionPath + ": " + e.getMessage() + fix(e));
    } catch (IOException e) {
      return problem(imageId, e.toString());
    }
  }

  private static String fix(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).contains("label")
        ? "; --void names an id to leave out, and truth and model must share one list of classes"
        : "; the truth must have its photograph's size";
  }

  private static Iterator<Row> problem(String imageId, String problem) {
    return List.of(RowFactory.create(imageId, -1, -1, 0L, problem)).iterator();
  }

  private static List<Row> cells(String imageId, ConfusionMatrix matrix) {
    List<Row> cells = new ArrayList<>();
    for (int t = 0; t < matrix.classes(); t++) {
      for (int p = 0; p < matrix.classes(); p++) {
        if (matrix.count(t, p) > 0) {
          cells.add(RowFactory.create(imageId, t, p, matrix.count(t, p), null));
        }
      }
    }
    return cells;
  }

  private byte[] read(String path) throws IOException {
    Path file = new Path(path);
    return HadoopBytes.read(FileSystem.get(file.toUri(), hadoop.value().value()), file);
  }

  private static LabelMask decode(String path, byte[] content, String role) {
    try {
      return PngMaskCodec.decode(content);
    } catch (MalformedImageException e) {
      throw new IllegalArgumentException("Invalid " + role + " " + path + ": " + e.getMessage(), e);
    }
  }
}
