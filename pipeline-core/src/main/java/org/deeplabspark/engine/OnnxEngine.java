package org.deeplabspark.engine;

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
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.OnnxExternalData;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Runs an ONNX network by ONNX Runtime.
 *
 * <p>The session and its threads are shared by all callers; a CUDA device has as many at a time as
 * the settings say, since several threads on one device let its memory grow.
 */
public final class OnnxEngine implements SegmentationEngine, ScoreMaps {

  private final ModelCard card;
  private final PhotoScores photos;
  private final OrtSession session;
  private final String device;
  private final Optional<DeviceTurns<Filled, FeatureMap>> turns;
  private final Queue<FloatBuffer> buffers = new ConcurrentLinkedQueue<>();

  /**
   * Runs share it, closing excludes them: a session that is freed while it runs crashes the JVM.
   */
  private final ReadWriteLock life = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxEngine(ModelCard card, OnnxSessions.Opened opened, EngineSettings settings) {
    this.card = card;
    this.photos = new PhotoScores(card, settings.augmentation());
    this.session = opened.session();
    this.device = opened.device();
    int batch = opened.openBatch() ? settings.batchOn(device) : 1;
    this.turns =
        device.equals("cpu") && batch == 1
            ? Optional.empty()
            : Optional.of(
                new DeviceTurns<>(settings.deviceUsers(), batch, Filled::shape, this::run));
  }

  /** Whether this build of ONNX Runtime can run on CUDA devices, whether there are any or not. */
  public static boolean hasCuda() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  /**
   * Loads a network, holds the card to it and runs it once.
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
    OnnxEngine engine = new OnnxEngine(card, OnnxSessions.open(card, onnx, settings), settings);
    try {
      CardCheck.run(card, engine.session);
      engine.logits(new RgbImage(1, 1, new byte[3]));
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
  public FeatureMap logits(RgbImage image) {
    return photos.logits(image, this);
  }

  @Override
  public FeatureMap scores(int height, int width, Consumer<FloatBuffer> fill) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The engine of model " + card.name() + " is closed");
      }
      Filled filled = fill(height, width, fill);
      try {
        return turns.isPresent() ? turns.get().take(filled) : run(List.of(filled)).get(0);
      } finally {
        buffers.add(filled.tensor().clear());
      }
    } finally {
      life.readLock().unlock();
    }
  }

  /** An input tensor of one image. */
  record Filled(int height, int width, FloatBuffer tensor) {

    long shape() {
      return (long) height << 32 | width;
    }
  }

  Filled fill(int height, int width, Consumer<FloatBuffer> fill) {
    FloatBuffer buffer = borrow(floats(height, width, 1));
    fill.accept(buffer);
    return new Filled(height, width, buffer);
  }

  /** Inputs of one shape through the network together. */
  List<FeatureMap> run(List<Filled> images) {
    int height = images.get(0).height();
    int width = images.get(0).width();
    FloatBuffer together = images.get(0).tensor();
    if (images.size() > 1) {
      together = borrow(floats(height, width, images.size()));
      for (Filled image : images) {
        together.put(image.tensor().duplicate());
      }
      together.flip();
    }
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(),
                together,
                InputTensor.shape(card.input().layout(), images.size(), height, width));
        OrtSession.Result result =
            session.run(Map.of(card.input().name(), tensor), Set.of(card.output().name()))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      long[] shape = output.getInfo().getShape();
      CardCheck.scores(card, height, width, shape);
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
        buffers.add(together.clear());
      }
    }
  }

  private static int floats(int height, int width, int images) {
    return Math.multiplyExact(3 * images, Math.multiplyExact(height, width));
  }

  /** The next image's scores. */
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

  /** A direct buffer of exactly this many floats; as many are kept as were ever in use at once. */
  private FloatBuffer borrow(int floats) {
    FloatBuffer kept = buffers.poll();
    if (kept == null || kept.capacity() < floats) {
      kept =
          ByteBuffer.allocateDirect(Math.multiplyExact(4, floats))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    return kept.limit(floats);
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + OnnxSessions.oneLine(e), e);
    } finally {
      life.writeLock().unlock();
    }
  }
}
