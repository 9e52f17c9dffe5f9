package org.deeplabspark.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ND4J's arrays as plain memory. */
final class NativeArrays {

  private NativeArrays() {}

  /** The same values in one piece and C order; a copy only where they are not so already. */
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

  /** Where a dense array's values lie; whoever uses it keeps the array reachable. */
  static FloatPointer memory(INDArray array) {
    Pointer address = array.data().addressPointer();
    return new FloatPointer(address).capacity(array.length());
  }
}
