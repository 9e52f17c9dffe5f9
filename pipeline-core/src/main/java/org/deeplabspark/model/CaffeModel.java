package org.deeplabspark.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * Reads the blobs of a {@code .caffemodel}, a message NetParameter of caffe.proto: each under its
 * layer's name and its number, {@code conv1.0}.
 *
 * @see <a href="https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto">the
 *     format</a>
 */
final class CaffeModel {

  private static final int NAME = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int OLD_LAYER = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int LAYER = 100 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int BLOB = 7 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int DATA = 5 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int SHAPE = 7 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int DIMENSIONS = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int MOST_DIMENSIONS = 16;

  private final byte[] bytes;
  private final CodedInputStream file;
  private final List<StoredTensor> tensors = new ArrayList<>();

  private CaffeModel(byte[] bytes) {
    this.bytes = bytes;
    this.file = CodedInputStream.newInstance(bytes);
  }

  /**
   * Whether a file begins with a text or a layer, as this format does; ONNX begins with a number.
   */
  static boolean is(byte[] file) {
    return file.length > 1 && (file[0] == NAME || (file[0] == (byte) 0xa2 && file[1] == 6));
  }

  /**
   * All blobs, in the order of the layers.
   *
   * @throws IllegalArgumentException if the file is damaged or of Caffe before 2015
   */
  static List<StoredTensor> read(byte[] file) {
    CaffeModel model = new CaffeModel(file);
    try {
      model.network();
    } catch (IOException e) {
      throw new IllegalArgumentException("Invalid .caffemodel: " + e.getMessage(), e);
    }
    return model.tensors;
  }

  private void network() throws IOException {
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      if (tag == LAYER) {
        int outer = file.pushLimit(file.readRawVarint32());
        layer();
        file.popLimit(outer);
      } else if (tag == OLD_LAYER) {
        throw new IllegalArgumentException(
            "Invalid .caffemodel: its layers are those of an early Caffe; convert it with Caffe's"
                + " upgrade_net_proto_binary");
      } else {
        file.skipField(tag);
      }
    }
  }

  private void layer() throws IOException {
    String name = "";
    int blobs = 0;
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      if (tag == NAME) {
        name = file.readString();
      } else if (tag == BLOB) {
        int outer = file.pushLimit(file.readRawVarint32());
        blob(name + "." + blobs++);
        file.popLimit(outer);
      } else {
        file.skipField(tag);
      }
    }
  }

  private void blob(String name) throws IOException {
    List<Long> shape = new ArrayList<>();
    int from = 0;
    int length = 0;
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      if (tag == SHAPE) {
        int outer = file.pushLimit(file.readRawVarint32());
        dimensions(shape);
        file.popLimit(outer);
      } else if (tag == DATA) {
        length = file.readRawVarint32();
        from = file.getTotalBytesRead();
        file.skipRawBytes(length);
      } else {
        file.skipField(tag);
      }
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes, from, length);
    StoredTensor tensor =
        new StoredTensor(name, FloatBytes.F32.name(), shape, () -> FloatBytes.F32.read(numbers));
    if ((long) tensor.length() * Float.BYTES != length) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid tensor %s: %d bytes for shape %s", StoredTensor.plain(name), length, shape));
    }
    tensors.add(tensor);
    WeightsFile.refuseTooMany(tensors.size());
  }

  private void dimensions(List<Long> shape) throws IOException {
    for (int tag = file.readTag(); tag != 0; tag = file.readTag()) {
      if (tag != DIMENSIONS) {
        file.skipField(tag);
        continue;
      }
      int outer = file.pushLimit(file.readRawVarint32());
      while (file.getBytesUntilLimit() > 0 && shape.size() < MOST_DIMENSIONS) {
        shape.add(file.readInt64());
      }
      file.skipRawBytes(file.getBytesUntilLimit());
      file.popLimit(outer);
    }
  }
}
