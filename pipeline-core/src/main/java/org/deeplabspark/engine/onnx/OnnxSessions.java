package org.deeplabspark.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.SizePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a session on the device that was asked for, or says in one line why not. */
final class OnnxSessions {

  private static final Logger LOG = LoggerFactory.getLogger(OnnxSessions.class);

  /** A session and the device it runs on. */
  record Opened(OrtSession session, String device) {

    /** Whether the network takes any number of images at once. */
    boolean openBatch() {
      try {
        return session.getInputInfo().values().stream()
            .allMatch(node -> node.getInfo() instanceof TensorInfo info && batchIsOpen(info));
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + oneLine(e), e);
      }
    }

    private static boolean batchIsOpen(TensorInfo info) {
      return info.getShape().length > 0 && info.getShape()[0] < 0;
    }
  }

  private OnnxSessions() {}

  static Opened open(ModelCard card, byte[] onnx, EngineSettings settings) {
    OrtTelemetry.off();
    String device = settings.device();
    String cuda = "cuda:" + settings.cudaIndex();
    if (device.equals("cpu")) {
      return onCpu(card, onnx, settings);
    }
    if (!OnnxEngine.hasCuda()) {
      String why = "this build of ONNX Runtime has no CUDA provider (build with -Pgpu)";
      if (settings.mayFallBack()) {
        LOG.info("Device {}: cpu, since {}", device, why);
        return onCpu(card, onnx, settings);
      }
      throw new IllegalArgumentException("Invalid device " + device + ": " + why);
    }
    try (OrtSession.SessionOptions options = options(card, settings)) {
      options.addCUDA(settings.cudaIndex());
      Opened opened = new Opened(OnnxRuntime.environment().createSession(onnx, options), cuda);
      LOG.info("Device {}: {}", device, cuda);
      return opened;
    } catch (OrtException e) {
      if (settings.mayFallBack()) {
        LOG.warn("Device {}: cpu, since {} does not answer: {}", device, cuda, oneLine(e));
        return onCpu(card, onnx, settings);
      }
      throw new IllegalArgumentException(
          String.format(
              "Invalid device %s: it does not answer, or CUDA 12 or cuDNN 9 is missing: %s",
              device, oneLine(e)),
          e);
    }
  }

  private static Opened onCpu(ModelCard card, byte[] onnx, EngineSettings settings) {
    try (OrtSession.SessionOptions options = options(card, settings)) {
      return new Opened(OnnxRuntime.environment().createSession(onnx, options), "cpu");
    } catch (OrtException e) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid weights for model %s: ONNX Runtime cannot load them: %s",
              card.name(), oneLine(e)),
          e);
    }
  }

  private static OrtSession.SessionOptions options(ModelCard card, EngineSettings settings)
      throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(settings.threads());
    options.setInterOpNumThreads(1);
    // Its own format, which it would find by the first bytes, can name other files of tensors too.
    options.addConfigEntry("session.load_model_format", "ONNX");
    // Waiting threads would spin, and take cores from the other tasks of the process.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // A memory pattern is kept for every input shape that was ever seen.
    options.setMemoryPatternOptimization(card.input().size() instanceof SizePolicy.Fixed);
    return options;
  }

  static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
  }
}
