package org.deeplabspark.engine.dl4j;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Convolution as one matrix product per tap of the kernel on the padded input, without unrolling it
 * into columns: for a tap shifted by s, {@code out[O, span] += W[O, C] * padded[C, s + span]}. The
 * backward pass is the same two products transposed.
 *
 * <p>A span has the row step of the padded input, so that a gap of a few undefined values follows
 * each output row; it is dropped after the forward pass and zeroed before the backward pass. All
 * arrays are NCHW in C order. Scratch belongs to the calling thread.
 */
final class ConvolutionGemm {

  private static final ThreadLocal<GemmScratch> SCRATCH = ThreadLocal.withInitial(GemmScratch::new);

  private ConvolutionGemm() {}

  /** Computes out [images][O][oh][ow]; {@code bias} may be null. */
  static void forward(
      ConvolutionShape shape,
      int images,
      FloatPointer input,
      FloatPointer weights,
      FloatPointer bias,
      FloatPointer out) {
    GemmScratch scratch = SCRATCH.get();
    int in = shape.inChannels();
    int outs = shape.outChannels();
    int span = shape.spanLength();
    FloatPointer taps = scratch.taps(shape);
    PaddedInput.splitTaps(shape, weights.asBuffer(), taps.asBuffer());
    FloatPointer padded = scratch.padded(shape);
    FloatPointer wide = scratch.wide(shape);
    FloatBuffer source = input.asBuffer();
    FloatBuffer target = out.asBuffer();
    FloatBuffer offsets = bias == null ? null : bias.asBuffer();
    for (int image = 0; image < images; image++) {
      PaddedInput.fill(shape, source, image, padded);
      for (int tap = 0; tap < shape.taps(); tap++) {
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasNoTrans,
            outs,
            span,
            in,
            1f,
            at(taps, (long) tap * outs * in),
            in,
            at(padded, shape.tapOffset(tap)),
            shape.phasePlane(),
            tap == 0 ? 0f : 1f,
            wide,
            span);
      }
      PaddedInput.narrow(shape, wide.asBuffer(), offsets, target, image);
    }
  }

  /** Computes the gradients of the loss by weights (overwritten) and by input (overwritten). */
  static void backward(
      ConvolutionShape shape,
      int images,
      FloatPointer input,
      FloatPointer weights,
      FloatPointer delta,
      FloatPointer weightGradient,
      FloatPointer inputGradient) {
    GemmScratch scratch = SCRATCH.get();
    int in = shape.inChannels();
    int outs = shape.outChannels();
    int span = shape.spanLength();
    int plane = shape.phasePlane();
    FloatPointer taps = scratch.taps(shape);
    PaddedInput.splitTaps(shape, weights.asBuffer(), taps.asBuffer());
    FloatPointer tapGradients = scratch.tapGradients(shape);
    FloatPointer padded = scratch.padded(shape);
    FloatPointer paddedGradient = scratch.paddedGradient(shape);
    FloatPointer wide = scratch.wide(shape);
    FloatBuffer source = input.asBuffer();
    FloatBuffer deltas = delta.asBuffer();
    FloatBuffer target = inputGradient.asBuffer();
    for (int image = 0; image < images; image++) {
      PaddedInput.fill(shape, source, image, padded);
      PaddedInput.widen(shape, deltas, image, wide);
      GemmScratch.zero(paddedGradient, shape.paddedLength());
      for (int tap = 0; tap < shape.taps(); tap++) {
        long tapAt = (long) tap * outs * in;
        long inputAt = shape.tapOffset(tap);
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            outs,
            in,
            span,
            1f,
            wide,
            span,
            at(padded, inputAt),
            plane,
            image == 0 ? 0f : 1f,
            at(tapGradients, tapAt),
            in);
        cblas_sgemm(
            CblasRowMajor,
            CblasTrans,
            CblasNoTrans,
            in,
            span,
            outs,
            1f,
            at(taps, tapAt),
            in,
            wide,
            span,
            1f,
            at(paddedGradient, inputAt),
            plane);
      }
      PaddedInput.unpad(shape, paddedGradient.asBuffer(), target, image);
    }
    PaddedInput.joinTaps(shape, tapGradients.asBuffer(), weightGradient.asBuffer());
  }

  /** Sums delta over images and positions. */
  static void biasGradient(
      ConvolutionShape shape, int images, FloatPointer delta, FloatPointer biasGradient) {
    FloatBuffer deltas = delta.asBuffer();
    FloatBuffer target = biasGradient.asBuffer();
    int plane = shape.outHeight() * shape.outWidth();
    for (int channel = 0; channel < shape.outChannels(); channel++) {
      double sum = 0;
      for (int image = 0; image < images; image++) {
        int from = (image * shape.outChannels() + channel) * plane;
        for (int i = from; i < from + plane; i++) {
          sum += deltas.get(i);
        }
      }
      target.put(channel, (float) sum);
    }
  }

  private static FloatPointer at(FloatPointer base, long offset) {
    return new FloatPointer(base).position(offset);
  }
}
