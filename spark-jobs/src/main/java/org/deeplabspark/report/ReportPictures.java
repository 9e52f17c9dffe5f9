package org.deeplabspark.report;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.dataset.TruthList;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * Small pictures of a chosen image, made where its files are read. What cannot be read is left out
 * and said in {@code notes}: a report about broken files must come out too.
 *
 * <p>Input columns: {@code image_id}, {@code photo_path}, {@code photo} (bytes or null), {@code
 * mask_path}, {@code mask}, {@code raw_path}, {@code raw}, {@code truth_path}.
 */
final class ReportPictures implements MapFunction<Row, Row> {

  /** Pictures are null where there is nothing to show. */
  static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("width", DataTypes.IntegerType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("photo", DataTypes.BinaryType)
          .add("truth", DataTypes.BinaryType)
          .add("raw", DataTypes.BinaryType)
          .add("refined", DataTypes.BinaryType)
          .add("errors", DataTypes.BinaryType)
          .add("notes", DataTypes.StringType, false);

  private static final long serialVersionUID = 1L;

  private final InputFiles files;
  private final ArrayList<String> colors;
  private final int side;
  private final TruthReader truthReader;

  /**
   * A painter.
   *
   * @param truthReader null where there is no truth
   */
  ReportPictures(InputFiles files, List<String> colors, int side, TruthReader truthReader) {
    this.files = files;
    this.colors = new ArrayList<>(colors);
    this.side = side;
    this.truthReader = truthReader;
  }

  @Override
  public Row call(Row row) {
    List<String> notes = new ArrayList<>();
    LabelMask refined = mask("mask", row.getAs("mask_path"), row.getAs("mask"), notes);
    LabelMask raw = mask("mask without CRF", row.getAs("raw_path"), row.getAs("raw"), notes);
    LabelMask truth = truth(row, notes);
    RgbImage photo = photo(row.getAs("photo_path"), row.getAs("photo"), notes);
    int width = photo != null ? photo.width() : refined == null ? 1 : refined.width();
    int height = photo != null ? photo.height() : refined == null ? 1 : refined.height();
    refined = sized("mask", refined, width, height, notes);
    raw = sized("mask without CRF", raw, width, height, notes);
    truth = sized("truth", truth, width, height, notes);
    Thumbnails small = new Thumbnails(width, height, side);
    Palette palette = colors.isEmpty() ? Palette.voc() : Palette.of(colors);
    return RowFactory.create(
        row.getAs("image_id"),
        small.width(),
        small.height(),
        photo == null ? null : small.photo(photo),
        truth == null ? null : small.mask(truth, palette),
        raw == null ? null : small.mask(raw, palette),
        refined == null ? null : small.mask(refined, palette),
        photo == null || truth == null || refined == null
            ? null
            : small.errors(photo, truth, refined),
        String.join("; ", notes));
  }

  private RgbImage photo(String path, byte[] content, List<String> notes) {
    if (path == null && content == null) {
      return null;
    }
    try {
      return new ImageDecoder(ImageDecoder.DEFAULT_MAX_MEGAPIXELS)
          .decode(content == null ? read(path) : content);
    } catch (ReadFailure | MalformedImageException e) {
      notes.add("no photograph: " + e.getMessage());
      return null;
    }
  }

  private LabelMask mask(String what, String path, byte[] content, List<String> notes) {
    if (path == null && content == null) {
      return null;
    }
    try {
      return PngMaskCodec.decode(content == null ? read(path) : content);
    } catch (ReadFailure | MalformedImageException e) {
      notes.add("no " + what + ": " + e.getMessage());
      return null;
    }
  }

  private LabelMask truth(Row row, List<String> notes) {
    String path = row.getAs("truth_path");
    if (path == null) {
      return null;
    }
    try {
      return truthReader.read(read(path), TruthList.segments(row));
    } catch (ReadFailure | MalformedImageException e) {
      notes.add("no truth: " + e.getMessage());
      return null;
    }
  }

  private static LabelMask sized(
      String what, LabelMask mask, int width, int height, List<String> notes) {
    if (mask == null || (mask.width() == width && mask.height() == height)) {
      return mask;
    }
    notes.add(
        String.format(
            "the %s is %d x %d, the photograph %d x %d",
            what, mask.width(), mask.height(), width, height));
    return null;
  }

  private byte[] read(String path) throws ReadFailure {
    return files.read(path).bytes();
  }
}
