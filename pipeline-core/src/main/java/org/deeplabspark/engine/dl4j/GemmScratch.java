package org.deeplabspark.engine.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Scratch of one thread for {@link ConvolutionGemm}, contents undefined. It grows to the largest
 * convolution and is freed with the thread.
 */
final class GemmScratch {

  private final Buffer taps = new Buffer();
  private final Buffer tapGradients = new Buffer();
  private final Buffer padded = new Buffer();
  private final Buffer paddedGradient = new Buffer();
  private final Buffer wide = new Buffer();

  FloatPointer taps(ConvolutionShape shape) {
    return taps.atLeast((long) shape.taps() * shape.outChannels() * shape.inChannels());
  }

  FloatPointer tapGradients(ConvolutionShape shape) {
    return tapGradients.atLeast((long) shape.taps() * shape.outChannels() * shape.inChannels());
  }

  FloatPointer padded(ConvolutionShape shape) {
    return padded.atLeast(shape.paddedLength());
  }

  FloatPointer paddedGradient(ConvolutionShape shape) {
    return paddedGradient.atLeast(shape.paddedLength());
  }

  FloatPointer wide(ConvolutionShape shape) {
    return wide.atLeast((long) shape.outChannels() * shape.spanLength());
  }

  static void zero(FloatPointer memory, long floats) {
    Pointer.memset(memory, 0, floats * Float.BYTES);
  }

  private static final class Buffer {
    private FloatPointer memory = new FloatPointer(1);

    FloatPointer atLeast(long floats) {
      if (memory.capacity() < floats) {
        memory.close();
        memory = new FloatPointer(floats);
      }
      return memory;
    }
  }
}
