package org.deeplabspark.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.deeplabspark.device.DynamicBatcher;
import org.deeplabspark.engine.CardCheck;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.ForwardPass;
import org.deeplabspark.engine.PhotoInference;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.OnnxExternalData;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;

/**
 * Runs an ONNX network by ONNX Runtime.
 *
 * <p>All callers share the session and its threads. The settings limit the runs at once on a CUDA
 * device, whose memory grows with them.
 */
public final class OnnxEngine implements SegmentationEngine, ForwardPass {

  private final ModelCard card;
  private final PhotoInference inference;
  private final OrtSession session;
  private final String device;
  private final DynamicBatcher<Input, FeatureMap> batcher;
  private final Queue<FloatBuffer> buffers = new ConcurrentLinkedQueue<>();

  /** Shared by runs, exclusive to close: freeing a session while it runs crashes the JVM. */
  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxEngine(ModelCard card, OnnxSessions.Opened opened, EngineSettings settings) {
    this.card = card;
    this.inference = new PhotoInference(card, settings.augmentation());
    this.session = opened.session();
    this.device = opened.device();
    int batch = opened.openBatch() ? settings.batchOn(device) : 1;
    boolean unlimited = device.equals("cpu") && batch == 1;
    this.batcher =
        new DynamicBatcher<>(
            unlimited ? Integer.MAX_VALUE : settings.deviceUsers(), batch, Input::shape, this::run);
  }

  /** Whether this build of ONNX Runtime supports CUDA; says nothing about devices. */
  public static boolean hasCuda() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  /**
   * Loads a network, checks the card against it and runs it once.
   *
   * @param card of the network
   * @param onnx the weights file's content; not changed, not kept
   * @throws IllegalArgumentException if the card is for another engine or other weights,
   *     contradicts the network's names, layouts, sizes or number of classes, or the device does
   *     not answer; one line
   */
  public static OnnxEngine open(ModelCard card, byte[] onnx, EngineSettings settings) {
    if (card.engine() != EngineKind.ONNX) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid model card %s: engine must be onnx to run it by ONNX Runtime, got %s",
              card.name(), card.engine()));
    }
    card.requireDigestOf(onnx);
    OnnxExternalData.refuse("model " + card.name(), onnx);
    OnnxSessions.Opened opened = OnnxSessions.open(card, onnx, settings);
    OnnxEngine engine = new OnnxEngine(card, opened, settings);
    try {
      opened.check(card);
      engine.scores(new RgbImage(1, 1, new byte[3]));
      return engine;
    } catch (OrtException e) {
      engine.close();
      throw new IllegalArgumentException(
          String.format("Invalid weights for model %s: %s", card.name(), OnnxSessions.oneLine(e)),
          e);
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  @Override
  public NetworkScores scores(RgbImage image) {
    return inference.scores(image, this);
  }

  @Override
  public FeatureMap scores(int height, int width, Consumer<FloatBuffer> fill) {
    lifetime.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The engine of model " + card.name() + " is closed");
      }
      Input input = input(height, width, fill);
      try {
        return batcher.submit(input);
      } finally {
        buffers.add(input.tensor().clear());
      }
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** The input tensor of one image, in a buffer of {@link #buffers}. */
  record Input(int height, int width, FloatBuffer tensor) {

    long shape() {
      return (long) height << 32 | width;
    }
  }

  Input input(int height, int width, Consumer<FloatBuffer> fill) {
    FloatBuffer buffer = buffer(height, width, 1);
    fill.accept(buffer);
    return new Input(height, width, buffer);
  }

  /** Runs inputs of one shape as a batch. */
  List<FeatureMap> run(List<Input> images) {
    int height = images.get(0).height();
    int width = images.get(0).width();
    FloatBuffer batch = images.get(0).tensor();
    if (images.size() > 1) {
      batch = buffer(height, width, images.size());
      for (Input image : images) {
        batch.put(image.tensor().duplicate());
      }
      batch.flip();
    }
    long[] inputShape =
        card.input().layout() == TensorLayout.NCHW
            ? new long[] {images.size(), 3, height, width}
            : new long[] {images.size(), height, width, 3};
    try (OnnxTensor tensor = OnnxTensor.createTensor(OnnxRuntime.environment(), batch, inputShape);
        OrtSession.Result result =
            session.run(Map.of(card.input().name(), tensor), Set.of(card.output().name()))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      long[] shape = output.getInfo().getShape();
      new CardCheck(card).scores(height, width, shape);
      FloatBuffer scores = output.getFloatBuffer();
      List<FeatureMap> maps = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        maps.add(planar(shape, scores));
      }
      return maps;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + OnnxSessions.oneLine(e), e);
    } finally {
      if (images.size() > 1) {
        buffers.add(batch.clear());
      }
    }
  }

  /** Reads the next image's scores. */
  private FeatureMap planar(long[] shape, FloatBuffer output) {
    float[] values = new float[(int) (shape[1] * shape[2] * shape[3])];
    output.get(values);
    if (card.output().layout() == TensorLayout.NCHW) {
      return new FeatureMap((int) shape[1], (int) shape[2], (int) shape[3], values);
    }
    int classes = (int) shape[3];
    FeatureMap map = FeatureMap.zeros(classes, (int) shape[1], (int) shape[2]);
    int plane = map.planeSize();
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int c = 0; c < classes; c++) {
        map.values()[c * plane + pixel] = values[pixel * classes + c];
      }
    }
    return map;
  }

  /** A direct buffer, reused or new, limited to what so many input tensors take. */
  private FloatBuffer buffer(int height, int width, int images) {
    int floats = Math.multiplyExact(3 * images, Math.multiplyExact(height, width));
    FloatBuffer buffer = buffers.poll();
    if (buffer == null || buffer.capacity() < floats) {
      buffer =
          ByteBuffer.allocateDirect(Math.multiplyExact(4, floats))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    return buffer.limit(floats);
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + OnnxSessions.oneLine(e), e);
    } finally {
      lifetime.writeLock().unlock();
    }
  }
}
