package org.deeplabspark.crf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.Bilinear;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
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
import org.openjdk.jmh.infra.Blackhole;

/** Whole runs, lattice builds and single iterations. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 5, time = 4)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx6g", "--add-modules=jdk.incubator.vector"})
public class DenseCrfBenchmark {

  /**
   * All 16 VOC photographs one after another, one by its name, or width x height x labels of one
   * that was scaled, with soft unaries: nothing retires.
   */
  @Param({"photographs", "2007_000129", "320x240x21", "500x375x21", "2048x1024x19"})
  String scene;

  /** Vector kernels, or scalar ones. */
  @Param({"vector", "scalar"})
  String kernels;

  /** Threads of one image. */
  @Param({"1", "2"})
  int threads;

  private static final TreeSet<Integer> ONE_ITERATION = new TreeSet<>(Set.of(1));

  private final List<RgbImage> images = new ArrayList<>();
  private final List<FeatureMap> unaries = new ArrayList<>();
  private final List<NetworkScores> scores = new ArrayList<>();
  private final List<DenseCrf> reused = new ArrayList<>();
  private DenseCrf tenIterations;
  private DenseCrf noIteration;

  /** Reads or makes the scene. */
  @Setup(Level.Trial)
  public void prepare() {
    if (scene.contains("x")) {
      String[] sizes = scene.split("x", -1);
      int width = Integer.parseInt(sizes[0]);
      int height = Integer.parseInt(sizes[1]);
      images.add(scaled(VocScores.all().get(0).image(), width, height));
      int labels = Integer.parseInt(sizes[2]);
      unaries.add(soft(labels, width, height));
      scores.add(
          Scenes.scores(labels, width / 16, height / 16, width, height, OutputKind.LOGITS, 7));
    } else {
      for (VocScores voc : VocScores.all()) {
        if (scene.equals("photographs") || scene.equals(voc.name())) {
          images.add(voc.image());
          unaries.add(voc.unary());
          scores.add(voc.scores());
        }
      }
    }
    KernelChoice choice = kernels.equals("vector") ? KernelChoice.best() : KernelChoice.scalar();
    tenIterations = new DenseCrf(settings(10), Long.MAX_VALUE, choice);
    noIteration = new DenseCrf(settings(0), Long.MAX_VALUE, choice);
    for (int i = 0; i < images.size(); i++) {
      reused.add(new DenseCrf(settings(1), Long.MAX_VALUE, choice));
      reused.get(i).marginals(images.get(i), unaries.get(i));
    }
  }

  private CrfSettings settings(int iterations) {
    CrfSettings settings = CrfSettings.deepLabV2();
    return new CrfSettings(iterations, settings.kernels(), settings.retireBelow(), threads);
  }

  /** With the noise of a camera, which scaling takes away. */
  private static RgbImage scaled(RgbImage photo, int width, int height) {
    FeatureMap levels = FeatureMap.zeros(3, photo.height(), photo.width());
    byte[] source = photo.rgb();
    for (int i = 0; i < source.length; i++) {
      levels.values()[i % 3 * photo.pixels() + i / 3] = source[i] & 0xff;
    }
    FeatureMap target = Bilinear.resize(levels, height, width, AlignCorners.NO);
    Random random = new Random(1);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int level = Math.round(target.values()[i % 3 * target.planeSize() + i / 3]);
      rgb[i] = (byte) Math.max(0, Math.min(255, level + random.nextInt(7) - 3));
    }
    return new RgbImage(width, height, rgb);
  }

  private static FeatureMap soft(int labels, int width, int height) {
    Random random = new Random(7);
    float[] energies = new float[labels * width * height];
    for (int i = 0; i < energies.length; i++) {
      energies[i] = 1 + 3 * random.nextFloat();
    }
    return new FeatureMap(labels, height, width, energies);
  }

  /** A run that builds every lattice, also those that the image before shares by its size. */
  private FeatureMap built(DenseCrf crf, int image) {
    try (ThreadTeam team = new ThreadTeam(threads)) {
      return crf.marginals(images.get(image), unaries.get(image), filter -> false, team);
    }
  }

  /** Lattices, norms and 10 iterations from energies. */
  @Benchmark
  public void wholeRun(Blackhole marginals) {
    for (int i = 0; i < images.size(); i++) {
      marginals.consume(built(tenIterations, i));
    }
  }

  /** From a network's small map to labels: what each image costs behind the network. */
  @Benchmark
  public void fromScores(Blackhole labels) {
    try (ThreadTeam team = new ThreadTeam(threads)) {
      for (int i = 0; i < images.size(); i++) {
        labels.consume(tenIterations.refine(images.get(i), scores.get(i), filter -> false, team));
      }
    }
  }

  /** The same by way of maps of the photograph's size. */
  @Benchmark
  public void fromFullMaps(Blackhole labels) {
    for (int i = 0; i < images.size(); i++) {
      FeatureMap probabilities = scores.get(i).probabilities();
      try (ThreadTeam team = new ThreadTeam(threads)) {
        FeatureMap unary = Unary.fromProbabilities(probabilities);
        labels.consume(
            LabelMask.argMax(tenIterations.marginals(images.get(i), unary, filter -> false, team)));
        labels.consume(LabelMask.argMax(probabilities));
      }
    }
  }

  /** Lattices, norms and the start, without an iteration. */
  @Benchmark
  public void build(Blackhole marginals) {
    for (int i = 0; i < images.size(); i++) {
      marginals.consume(built(noIteration, i));
    }
  }

  /** One iteration on lattices that are there, and the start. */
  @Benchmark
  public void oneIteration(Blackhole marginals) {
    for (int i = 0; i < images.size(); i++) {
      reused
          .get(i)
          .marginals(
              images.get(i), unaries.get(i), ONE_ITERATION, (map, done) -> marginals.consume(map));
    }
  }
}
