package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.deeplabspark.train.TrainingState.CheckpointHeader;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class TrainingStateTest {

  private static final CheckpointHeader HEADER =
      new CheckpointHeader(Map.of("--seed", "1"), 7, 14, 2.5, 0.75, 0.5);

  /** A linear layer of more parameters than one chunk of a file holds. */
  private static ComputationGraph graph(long seed) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Nesterovs(0.1, 0.9))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(300)
                        .nOut(300)
                        .build(),
                    "in")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static void learn(ComputationGraph graph) {
    INDArray batch = Nd4j.linspace(0, 1, 300).reshape(1, 300);
    graph.fit(new INDArray[] {batch}, new INDArray[] {batch.mul(2)});
  }

  private static byte[] written(TrainingState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static TrainingState read(byte[] bytes) throws IOException {
    return TrainingState.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void aGraphGoesOnWhereTheOtherWas() throws IOException {
    ComputationGraph first = graph(1);
    learn(first);
    learn(first);
    TrainingState state = read(written(TrainingState.of(HEADER, first)));
    ComputationGraph second = graph(2);
    state.restore(second, 1);

    assertThat(state.header()).isEqualTo(HEADER);
    assertThat(second.getConfiguration().getIterationCount()).isEqualTo(7);
    assertThat(second.params()).isEqualTo(first.params());
    learn(first);
    learn(second);
    assertThat(second.params()).as("the momentum went along").isEqualTo(first.params());
  }

  @Test
  void atAnotherRateTheMomentumIsThatOfStepsAtThatRate() {
    ComputationGraph first = graph(1);
    learn(first);
    ComputationGraph second = graph(2);
    TrainingState.of(HEADER, first).restore(second, 0.5);
    INDArray momentum = first.getUpdater().getStateViewArray();
    assertThat(momentum.norm2Number().doubleValue()).isPositive();
    assertThat(second.getUpdater().getStateViewArray()).isEqualTo(momentum.mul(0.5));
    assertThat(second.params()).isEqualTo(first.params());
  }

  @Test
  void aModelThatWasNotValidatedHasNoBest() {
    assertThat(HEADER.bestIfAny()).hasValue(0.5);
    assertThat(new CheckpointHeader(Map.of(), 0, 0, 0, 0, Double.NaN).bestIfAny()).isEmpty();
  }

  @Test
  void otherFilesAndTornOnesAreNoCheckpoints() throws IOException {
    byte[] whole = written(TrainingState.of(HEADER, graph(1)));

    assertThatThrownBy(() -> read(new byte[64]))
        .isInstanceOf(IOException.class)
        .hasMessage("not a checkpoint of this version");
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length - 1)))
        .isInstanceOf(EOFException.class);
  }
}
