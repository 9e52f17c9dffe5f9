package org.deeplabspark.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplabspark.engine.RandomWeights;
import org.deeplabspark.model.Checkpoint;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.network.ParameterSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;

final class Dl4jModelFileTest {

  private static final NetworkSpec NETWORK = NetworkSpec.named("compact", 3);
  private static final Checkpoint CHECKPOINT = RandomWeights.of(NETWORK);
  private static final byte[] FILE = Dl4jModelFile.write(NETWORK, CHECKPOINT);

  @Test
  void aProgramWithoutOurClassesOpensTheFile() throws IOException {
    assertThat(configuration(FILE)).doesNotContain("deeplabspark");

    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(FILE), false);

    assertSame(Dl4jGraph.checkpoint(NETWORK, graph));
  }

  /** Up to version 0.1 the configuration named a class by a package that it has left. */
  @Test
  void aFileThatNamesClassesOfAnEarlierVersionIsRead() throws IOException {
    String earlier =
        configuration(FILE)
            .replace(
                "org.nd4j.linalg.learning.config.Sgd", "org.deeplabspark.engine.dl4j.PolySchedule");
    assertThat(earlier).contains("org.deeplabspark.engine.dl4j.PolySchedule");

    assertSame(Dl4jModelFile.read(NETWORK, withConfiguration(FILE, earlier)));
  }

  private static void assertSame(Checkpoint actual) {
    for (ParameterSpec parameter : NETWORK.parameters()) {
      assertThat(actual.values(parameter.name()))
          .as(parameter.name())
          .isEqualTo(CHECKPOINT.values(parameter.name()));
    }
  }

  private static String configuration(byte[] zip) throws IOException {
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      ZipEntry entry = entries.getNextEntry();
      while (!entry.getName().equals(ModelSerializer.CONFIGURATION_JSON)) {
        entry = entries.getNextEntry();
      }
      return new String(entries.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] withConfiguration(byte[] zip, String configuration) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(
            entry.getName().equals(ModelSerializer.CONFIGURATION_JSON)
                ? configuration.getBytes(StandardCharsets.UTF_8)
                : entries.readAllBytes());
      }
    }
    return bytes.toByteArray();
  }
}
