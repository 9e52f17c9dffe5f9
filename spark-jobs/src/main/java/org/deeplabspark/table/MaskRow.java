package org.deeplabspark.table;

import java.sql.Timestamp;
import java.util.Map;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * One image that has a mask. In the table, {@code run_date} is the partition.
 *
 * @param imageId path below the input root without its extension
 * @param path fully qualified
 * @param modificationTime of the file; null where unknown
 * @param length of the file, bytes
 * @param contentDigest SHA-256 of the file, lower-case hex
 * @param width of image and mask, pixels
 * @param height of image and mask, pixels
 * @param maskCodec how {@code mask} is coded, {@code png-indexed}
 * @param mask the coded class ids; live view
 * @param classPixels pixels by class id, only classes that occur
 * @param meanConfidence mean over pixels of the winning class's marginal after the CRF, without CRF
 *     of its probability by the network, 0..1; not a probability of being right
 * @param crfChangedFraction share of pixels whose label the CRF changed; null without CRF
 * @param decodeMillis time spent decoding the photograph
 * @param inferMillis time spent in the network
 * @param crfMillis time spent in the CRF
 * @param encodeMillis time spent coding the mask
 * @param modelDigest SHA-256 of the weights
 * @param configDigest SHA-256 of the model card and every setting that masks depend on
 * @param runId of the run that made the row
 */
@SuppressWarnings("ArrayRecordComponent") // rows are written and never compared
public record MaskRow(
    String imageId,
    String path,
    Timestamp modificationTime,
    long length,
    String contentDigest,
    int width,
    int height,
    String maskCodec,
    byte[] mask,
    Map<Integer, Long> classPixels,
    float meanConfidence,
    Float crfChangedFraction,
    double decodeMillis,
    double inferMillis,
    double crfMillis,
    double encodeMillis,
    String modelDigest,
    String configDigest,
    String runId) {

  /** Columns of the files, in order. */
  public static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("path", DataTypes.StringType, false)
          .add("modification_time", DataTypes.TimestampType)
          .add("length", DataTypes.LongType, false)
          .add("content_digest", DataTypes.StringType, false)
          .add("width", DataTypes.IntegerType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("mask_codec", DataTypes.StringType, false)
          .add("mask", DataTypes.BinaryType, false)
          .add(
              "class_pixels",
              DataTypes.createMapType(DataTypes.IntegerType, DataTypes.LongType, false),
              false)
          .add("mean_confidence", DataTypes.FloatType, false)
          .add("crf_changed_fraction", DataTypes.FloatType)
          .add("decode_millis", DataTypes.DoubleType, false)
          .add("infer_millis", DataTypes.DoubleType, false)
          .add("crf_millis", DataTypes.DoubleType, false)
          .add("encode_millis", DataTypes.DoubleType, false)
          .add("model_digest", DataTypes.StringType, false)
          .add("config_digest", DataTypes.StringType, false)
          .add("run_id", DataTypes.StringType, false);

  /** The values in the order of {@link #SCHEMA}. */
  Object[] values() {
    return new Object[] {
      imageId,
      path,
      modificationTime,
      length,
      contentDigest,
      width,
      height,
      maskCodec,
      mask,
      JavaConverters.mapAsScalaMap(classPixels),
      meanConfidence,
      crfChangedFraction,
      decodeMillis,
      inferMillis,
      crfMillis,
      encodeMillis,
      modelDigest,
      configDigest,
      runId
    };
  }
}
