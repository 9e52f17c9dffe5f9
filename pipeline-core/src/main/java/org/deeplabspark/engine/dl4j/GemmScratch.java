package org.deeplabspark.engine.dl4j;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Scratch of one thread for {@link ConvolutionGemm}, contents undefined. It grows to the largest
 * convolution and is freed with the thread.
 */
final class GemmScratch {

  private FloatPointer taps = new FloatPointer(1);
  private FloatPointer tapGradients = new FloatPointer(1);
  private FloatPointer padded = new FloatPointer(1);
  private FloatPointer paddedGradient = new FloatPointer(1);
  private FloatPointer wide = new FloatPointer(1);

  FloatPointer taps(ConvolutionShape shape) {
    taps = atLeast(taps, (long) shape.taps() * shape.outChannels() * shape.inChannels());
    return taps;
  }

  FloatPointer tapGradients(ConvolutionShape shape) {
    tapGradients =
        atLeast(tapGradients, (long) shape.taps() * shape.outChannels() * shape.inChannels());
    return tapGradients;
  }

  FloatPointer padded(ConvolutionShape shape) {
    padded = atLeast(padded, shape.paddedLength());
    return padded;
  }

  FloatPointer paddedGradient(ConvolutionShape shape) {
    paddedGradient = atLeast(paddedGradient, shape.paddedLength());
    return paddedGradient;
  }

  FloatPointer wide(ConvolutionShape shape) {
    wide = atLeast(wide, (long) shape.outChannels() * shape.spanLength());
    return wide;
  }

  static void zero(FloatPointer memory, long floats) {
    Pointer.memset(memory, 0, floats * Float.BYTES);
  }

  private static FloatPointer atLeast(FloatPointer memory, long floats) {
    if (memory.capacity() >= floats) {
      return memory;
    }
    memory.close();
    return new FloatPointer(floats);
  }
}
