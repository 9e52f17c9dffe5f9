package org.deeplabspark.engine.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Native memory of ND4J arrays. */
final class NativeArrays {

  private NativeArrays() {}

  /** The array itself if its values are contiguous floats in C order, else such a copy. */
  static INDArray dense(INDArray array) {
    boolean ready = array.ordering() == 'c' && cOrder(array);
    return ready && array.dataType() == DataType.FLOAT
        ? array
        : array.castTo(DataType.FLOAT).dup('c');
  }

  private static boolean cOrder(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) > 1 && array.stride(axis) != expected) {
        return false;
      }
      expected *= array.size(axis);
    }
    return true;
  }

  /** Address of a dense array's values; the caller must keep the array reachable. */
  static FloatPointer memory(INDArray array) {
    Pointer address = array.data().addressPointer();
    return new FloatPointer(address).capacity(array.length());
  }
}
