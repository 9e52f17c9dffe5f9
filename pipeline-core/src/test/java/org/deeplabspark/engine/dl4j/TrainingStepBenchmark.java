package org.deeplabspark.engine.dl4j;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplabspark.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A forward pass and a training step of {@code compact} on a minibatch of four crops of 256 x 256,
 * by our layers and by Deeplearning4j's own. Each benchmark thread has a graph, as Spark's tasks
 * do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 5, time = 10)
@Fork(1)
public class TrainingStepBenchmark {

  private static final int BATCH = 4;
  private static final int SIDE = 256;
  private static final int CLASSES = 11;

  /** Whose layers. */
  @Param({"GEMM", "STOCK"})
  public Dl4jGraph.Kernel kernel;

  /** Threads that the native libraries may use for one graph. */
  @Param("1")
  public int nativeThreads;

  private ComputationGraph graph;
  private DataSet batch;

  /** Draws a minibatch. */
  @Setup(Level.Trial)
  public void prepare() {
    openblas_nolapack.blas_set_num_threads(nativeThreads);
    Nd4j.getEnvironment().setMaxThreads(nativeThreads);
    NetworkSpec network = NetworkSpec.named("compact", CLASSES);
    graph = Dl4jGraph.create(network, new SgdSettings(1, 0.001, 1, 1 << 20, 0.9, 5e-4), kernel);
    Random random = new Random(1);
    float[] pixels = new float[BATCH * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int cells = SIDE / network.outputStride();
    float[] labels = new float[BATCH * CLASSES * cells * cells];
    for (int image = 0; image < BATCH; image++) {
      for (int cell = 0; cell < cells * cells; cell++) {
        labels[(image * CLASSES + random.nextInt(CLASSES)) * cells * cells + cell] = 1;
      }
    }
    batch =
        new DataSet(
            Nd4j.create(pixels, new long[] {BATCH, 3, SIDE, SIDE}, 'c'),
            Nd4j.create(labels, new long[] {BATCH, CLASSES, cells, cells}, 'c'),
            null,
            Nd4j.ones(BATCH, 1, cells, cells).divi(cells * cells));
  }

  /** Scores of a minibatch. */
  @Benchmark
  public INDArray forward() {
    return graph.outputSingle(batch.getFeatures());
  }

  /** Forward, backward, update. */
  @Benchmark
  public double step() {
    graph.fit(batch);
    return graph.score();
  }
}
