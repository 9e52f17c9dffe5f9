package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplabspark.engine.RandomWeights;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.model.FoldedNetwork;
import org.deeplabspark.model.OnnxExport;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.BatchNorm;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ONNX file answers what PyTorch's functions answer on the same layers and weights. */
final class TorchParityTest {

  private static final double TOLERANCE = 1e-4;

  /** As in EngineParityTest: whole windows, cut ones, and real values under the widest taps. */
  private static final int[][] SIZES = {{65, 65}, {64, 64}, {45, 212}, {212, 45}};

  private static final String PYTHON = "/usr/bin/python3";

  @BeforeAll
  static void requirePyTorch() throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(PYTHON, "-c", "import torch").start();
    } catch (IOException e) {
      Assumptions.abort("wanted PyTorch to compare with, there is no " + PYTHON);
      return;
    }
    Assumptions.assumeTrue(
        process.waitFor() == 0, "wanted PyTorch to compare with (Debian: python3-torch)");
  }

  static Stream<String> networks() {
    return NetworkSpec.names().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void pyTorchAnswersTheSame(String name, @TempDir Path place) throws Exception {
    NetworkSpec network = NetworkSpec.named(name, 11);
    Checkpoint checkpoint = RandomWeights.of(network);
    write(network, checkpoint, place);
    try (OnnxRun onnx = new OnnxRun(OnnxExport.write(FoldedNetwork.of(network, checkpoint)))) {
      for (int[] size : SIZES) {
        float[] image = new float[3 * size[0] * size[1]];
        Random random = new Random(4);
        for (int i = 0; i < image.length; i++) {
          image[i] = (float) random.nextGaussian();
        }
        float[] expected = torch(image, size, place);
        float[] actual = onnx.scores(network.output(), image, size[0], size[1]);
        assertThat(actual).hasSameSizeAs(expected);
        double low = Double.MAX_VALUE;
        double high = -Double.MAX_VALUE;
        double worst = 0;
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
          low = Math.min(low, expected[i]);
          high = Math.max(high, expected[i]);
          worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
          sum += Math.abs(expected[i] - actual[i]);
        }
        System.out.printf(
            "%s, %d x %d, PyTorch: max error %.1e, mean %.1e of the range%n",
            name, size[0], size[1], worst / (high - low), sum / expected.length / (high - low));
        assertThat(worst / (high - low)).isLessThan(TOLERANCE);
      }
    }
  }

  private static float[] torch(float[] image, int[] size, Path place) throws Exception {
    float[] sized = new float[2 + image.length];
    sized[0] = size[0];
    sized[1] = size[1];
    System.arraycopy(image, 0, sized, 2, image.length);
    Files.write(place.resolve("image.bin"), bytes(List.of(sized)));
    Path script = place.resolve("torch_network.py");
    try (InputStream source = TorchParityTest.class.getResourceAsStream("torch_network.py")) {
      Files.write(script, source.readAllBytes());
    }
    Process process =
        new ProcessBuilder(PYTHON, script.toString(), place.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    ByteBuffer scores =
        ByteBuffer.wrap(Files.readAllBytes(place.resolve("scores.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[scores.remaining() / Float.BYTES];
    scores.asFloatBuffer().get(values);
    return values;
  }

  private static void write(NetworkSpec network, Checkpoint checkpoint, Path place)
      throws IOException {
    List<float[]> weights = new ArrayList<>();
    for (ParameterSpec parameter : network.parameters()) {
      weights.add(checkpoint.values(parameter.name()));
    }
    Files.write(place.resolve("weights.bin"), bytes(weights));
    Files.writeString(
        place.resolve("layers.txt"),
        network.layers().stream().map(TorchParityTest::line).collect(Collectors.joining("\n")));
  }

  private static String line(LayerSpec layer) {
    String numbers = "";
    if (layer instanceof Convolution c) {
      numbers =
          String.format(
              "%d %d %d %d %d %d %d",
              c.inChannels(),
              c.channels(),
              c.kernel(),
              c.stride(),
              c.pad(),
              c.rate(),
              c.bias() ? 1 : 0);
    } else if (layer instanceof MaxPool p) {
      numbers = String.format("%d %d %d", p.kernel(), p.stride(), p.pad());
    } else if (layer instanceof BatchNorm n) {
      numbers = String.valueOf(n.epsilon());
    }
    return String.join(
        " ",
        layer.getClass().getSimpleName(),
        layer.name(),
        String.join(",", layer.inputs()),
        numbers);
  }

  private static byte[] bytes(List<float[]> arrays) {
    int length = arrays.stream().mapToInt(a -> a.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * length).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] array : arrays) {
      for (float value : array) {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }
}
