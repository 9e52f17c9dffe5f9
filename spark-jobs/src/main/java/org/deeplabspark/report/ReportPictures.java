package org.deeplabspark.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.deeplabspark.dataset.TruthFile;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.pass.ImageAttempts;
import org.deeplabspark.report.ReportImage.Picture;
import org.deeplabspark.segment.SegmentSettings;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * Small pictures of a chosen image, made where its files are read. What cannot be read is left out
 * and said in {@code notes}: a report about broken files must come out too.
 *
 * <p>Input columns: {@code image_id}, {@code photo_path}, {@code photo} (bytes or null), {@code
 * mask_path}, {@code mask}, {@code raw_path}, {@code raw}, and those of a truth's list.
 */
final class ReportPictures implements Function<Row, ReportImage> {

  private static final long serialVersionUID = 1L;

  private final InputFiles files;
  private final double maxMegapixels;
  private final Duration maxDecoding;
  private final ArrayList<String> colors;
  private final int side;
  private final TruthReader truthReader;
  private final HashMap<String, ReportImage.Facts> facts;

  /**
   * A painter.
   *
   * @param limits of decoding photographs
   * @param truthReader null where there is no truth
   * @param facts of all images, by id
   */
  ReportPictures(
      InputFiles files,
      SegmentSettings limits,
      List<String> colors,
      int side,
      TruthReader truthReader,
      Map<String, ReportImage.Facts> facts) {
    this.files = files;
    this.maxMegapixels = limits.maxMegapixels();
    this.maxDecoding = limits.maxDecoding();
    this.colors = new ArrayList<>(colors);
    this.side = side;
    this.truthReader = truthReader;
    this.facts = new HashMap<>(facts);
  }

  @Override
  public ReportImage call(Row row) {
    return new Image(row).drawn();
  }

  /** One image, and what is wrong with it. */
  private final class Image {
    private final Row row;
    private final String imageId;
    private final List<String> notes = new ArrayList<>();

    Image(Row row) {
      this.row = row;
      this.imageId = row.getAs("image_id");
    }

    ReportImage drawn() {
      LabelMask refined = mask("mask", row.getAs("mask_path"), row.getAs("mask"));
      LabelMask raw = mask("mask without CRF", row.getAs("raw_path"), row.getAs("raw"));
      LabelMask truth = truth(TruthFile.fromRow(row));
      RgbImage photo = photo(row.getAs("photo_path"), row.getAs("photo"));
      ReportImage drawn = orNote("no pictures: ", () -> drawn(photo, truth, raw, refined));
      return drawn != null ? drawn : image(1, 1, List.of(), notes);
    }

    private ReportImage image(int width, int height, List<Picture> pictures, List<String> said) {
      return new ReportImage(
          imageId, width, height, pictures, String.join("; ", said), facts.get(imageId));
    }

    /** Null, and a note, where it fails. */
    private <T> T orNote(String note, ImageAttempts.Work<T> work) {
      return ImageAttempts.WITHOUT_JOURNAL.result(
          imageId,
          Stage.DECODE,
          work,
          () -> {},
          failure -> {
            notes.add(note + failure.message());
            return null;
          });
    }

    private RgbImage photo(String path, byte[] content) {
      return path == null && content == null
          ? null
          : orNote(
              "no photograph: ",
              () -> new ImageDecoder(maxMegapixels, maxDecoding).decode(content(path, content)));
    }

    private LabelMask mask(String what, String path, byte[] content) {
      return path == null && content == null
          ? null
          : orNote("no " + what + ": ", () -> PngMaskCodec.decode(content(path, content)));
    }

    private LabelMask truth(TruthFile file) {
      return file == null
          ? null
          : orNote(
              "no truth: ",
              () -> truthReader.read(files.read(file.path(), file.length()), file.segments()));
    }

    private byte[] content(String path, byte[] stored) throws ReadFailure {
      return stored == null ? files.read(path).bytes() : stored;
    }

    private ReportImage drawn(
        RgbImage photo, LabelMask anyTruth, LabelMask anyRaw, LabelMask anyRefined) {
      int width = photo != null ? photo.width() : anyRefined == null ? 1 : anyRefined.width();
      int height = photo != null ? photo.height() : anyRefined == null ? 1 : anyRefined.height();
      List<String> said = new ArrayList<>(notes);
      LabelMask refined = sized("mask", anyRefined, width, height, said);
      LabelMask raw = sized("mask without CRF", anyRaw, width, height, said);
      LabelMask truth = sized("truth", anyTruth, width, height, said);
      Thumbnails small = new Thumbnails(width, height, side);
      Palette palette = colors.isEmpty() ? Palette.voc() : Palette.of(colors);
      List<Picture> pictures = new ArrayList<>();
      if (photo != null) {
        pictures.add(Picture.jpeg("photo", small.photo(photo)));
      }
      if (truth != null) {
        pictures.add(Picture.png("truth", small.mask(truth, palette)));
      }
      if (raw != null) {
        pictures.add(Picture.png("without CRF", small.mask(raw, palette)));
      }
      if (refined != null) {
        String caption = raw == null ? "prediction" : "with CRF";
        pictures.add(Picture.png(caption, small.mask(refined, palette)));
      }
      if (photo != null && truth != null && refined != null) {
        pictures.add(Picture.jpeg("errors", small.errors(photo, truth, refined)));
      }
      return image(small.width(), small.height(), pictures, said);
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
  }
}
