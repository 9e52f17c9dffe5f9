package org.deeplabspark.metric;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 1,000 resamples over 10,000 images in which each of 21 classes occurs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 4)
@Measurement(iterations = 5, time = 4)
@Fork(1)
public class BootstrapBenchmark {

  private static final int IMAGES = 10_000;
  private static final int CLASSES = 21;

  private String[] ids;
  private ClassIou[] overlaps;

  /** Draws counts. */
  @Setup(Level.Trial)
  public void prepare() {
    Random random = new Random(1);
    ids = new String[IMAGES];
    overlaps = new ClassIou[IMAGES * CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      ids[i] = "2007_" + i;
      for (int id = 0; id < CLASSES; id++) {
        int both = random.nextInt(10_000);
        overlaps[i * CLASSES + id] =
            new ClassIou(id, both, both + random.nextInt(1000), both + random.nextInt(1000));
      }
    }
  }

  /** Counts to intervals. */
  @Benchmark
  public Intervals intervals() {
    Bootstrap bootstrap = Bootstrap.ofClasses(CLASSES);
    for (int i = 0; i < overlaps.length; i++) {
      bootstrap.add(ids[i / CLASSES], overlaps[i]);
    }
    return bootstrap.intervals();
  }
}
