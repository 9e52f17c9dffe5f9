package org.deeplabspark.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Map;
import org.deeplabspark.engine.CardCheck;
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
            .allMatch(
                node ->
                    node.getInfo() instanceof TensorInfo info
                        && info.getShape().length > 0
                        && info.getShape()[0] < 0);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + oneLine(e), e);
      }
    }

    /** Compares a model card with the tensors that the session declares. */
    void check(ModelCard card) throws OrtException {
      CardCheck check = new CardCheck(card);
      Map<String, NodeInfo> inputs = session.getInputInfo();
      if (inputs.size() != 1) {
        throw check.contradiction(
            "input", "the network must have one input, it has " + inputs.keySet());
      }
      check.input(shape(check, "input.name", card.input().name(), inputs));
      check.output(shape(check, "output.name", card.output().name(), session.getOutputInfo()));
    }

    private static long[] shape(
        CardCheck check, String key, String name, Map<String, NodeInfo> nodes) {
      NodeInfo node = nodes.get(name);
      if (node == null) {
        throw check.contradiction(key, "the network has " + nodes.keySet() + ", not " + name);
      }
      if (!(node.getInfo() instanceof TensorInfo info)
          || info.type != OnnxJavaType.FLOAT
          || info.getShape().length != 4) {
        throw check.contradiction(
            key, name + " must be a float tensor of 4 dimensions, it is " + node.getInfo());
      }
      return info.getShape();
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
