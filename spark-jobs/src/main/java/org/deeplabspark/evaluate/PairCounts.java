package org.deeplabspark.evaluate;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.OverlapCounts;

/**
 * What one pass over the masks leaves: a row an image with its counts, or with what is wrong. All
 * figures are sums over these rows, and no mask is read twice. Columns: image id, path, problem,
 * code, cells, bands; the last two are packed as 32-bit numbers, since millions of rows may be
 * kept.
 */
final class PairCounts {

  /** Names of the first columns. */
  static final StructType IMAGES =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType);

  /** Rows by image id. */
  static final Comparator<Row> BY_IMAGE_ID = new ByImageId();

  /** Code of a prediction without truth. */
  static final String NO_TRUTH = "no-truth";

  /** Stands for a predicted class that the truth does not have. */
  static final int UNMATCHED = -1;

  /** True class, predicted class, pixels. */
  static final int CELL = 3;

  /** Band, class, intersection, truth pixels, predicted pixels. */
  static final int BAND = 5;

  private PairCounts() {}

  static Row problem(String imageId, String path, String code, String problem) {
    return RowFactory.create(imageId, path, problem, code, null, null);
  }

  /** What is wrong; null where nothing is. */
  static String problem(Row row) {
    return row.getString(2);
  }

  /** What kind of problem, in kebab case; null where there is none. */
  static String code(Row row) {
    return row.getString(3);
  }

  static boolean hasNoTruth(Row row) {
    return NO_TRUTH.equals(code(row));
  }

  static Row counted(String imageId, String path, int[] cells, int[] bands) {
    return RowFactory.create(imageId, path, null, null, pack(cells), pack(bands));
  }

  private static byte[] pack(int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  private static int[] unpack(byte[] bytes) {
    IntBuffer values = ByteBuffer.wrap(bytes).asIntBuffer();
    int[] unpacked = new int[values.remaining()];
    values.get(unpacked);
    return unpacked;
  }

  /** The cells of a row without problem. */
  static int[] cells(Row row) {
    return unpack(row.getAs(4));
  }

  /** The bands of a row without problem. */
  static int[] bands(Row row) {
    return unpack(row.getAs(5));
  }

  /** The non-zero overlaps of some sums, as bands from a number on. */
  static void addBands(List<Integer> bands, int band, OverlapCounts counts) {
    for (ClassIou overlap : counts.overlaps()) {
      if (overlap.union() > 0) {
        bands.add(band);
        bands.add(overlap.classId());
        bands.add((int) overlap.intersection());
        bands.add((int) overlap.truthPixels());
        bands.add((int) overlap.predictedPixels());
      }
    }
  }

  /** Overlaps of the classes that occur in an image, by class. */
  static List<ClassIou> overlaps(int[] cells, int classes) {
    OverlapCounts counts = new OverlapCounts(classes);
    for (int i = 0; i < cells.length; i += CELL) {
      int truth = cells[i];
      int predicted = cells[i + 1];
      int pixels = cells[i + 2];
      counts.add(truth, truth == predicted ? pixels : 0, pixels, 0);
      if (predicted != UNMATCHED) {
        counts.add(predicted, 0, 0, pixels);
      }
    }
    List<ClassIou> occurring = new ArrayList<>();
    for (ClassIou overlap : counts.overlaps()) {
      if (overlap.union() > 0) {
        occurring.add(overlap);
      }
    }
    return occurring;
  }

  /** Travels to the executors. */
  private static final class ByImageId implements Comparator<Row>, Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Row a, Row b) {
      return a.getString(0).compareTo(b.getString(0));
    }
  }
}
