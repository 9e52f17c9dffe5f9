package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.testing.NpyFile;
import org.deeplabspark.testing.SharedData;

/** The reference runs: inputs, settings and what the reference answered. */
public final class GoldenRuns {

  private static final float MAX_DIFFERENCE = 1e-4f;
  // Two builds of the reference differ by up to 1e-5 in Q: closer than twice that is a tie.
  private static final float TIE = 2e-5f;

  /** One reference run; files are read when asked for. */
  public record Run(String name, Path folder, Config scene, Config run) {

    public RgbImage image() {
      return new RgbImage(scene.getInt("W"), scene.getInt("H"), NpyFile.bytes(file(scene, "rgb")));
    }

    public FeatureMap unary() {
      return new FeatureMap(
          scene.getInt("L"),
          scene.getInt("H"),
          scene.getInt("W"),
          NpyFile.floats(file(scene, "unary")));
    }

    public CrfSettings settings(int threads) {
      Normalization normalization =
          Normalization.valueOf(run.getString("normalization").toUpperCase(Locale.ROOT));
      List<PairwiseKernel> kernels =
          run.getConfigList("kernels").stream().map(k -> kernel(k, normalization)).toList();
      return new CrfSettings(
          run.getInt("iterations"), kernels, CrfSettings.DEFAULT_RETIRE_BELOW, threads);
    }

    public byte[] argMax() {
      return NpyFile.bytes(file(run, "argmax"));
    }

    /** Pixels between two stored columns of {@link #marginals()}. */
    public int stride() {
      return run.hasPath("Q") ? 1 : run.getInt("Q_sampled_stride");
    }

    public float[] marginals() {
      return NpyFile.floats(file(run, run.hasPath("Q") ? "Q" : "Q_sampled"));
    }

    public boolean hasExact() {
      return run.hasPath("exact_Q");
    }

    public double[] exact() {
      if (run.getString("exact_Q.dtype").equals("<f8")) {
        return NpyFile.doubles(file(run, "exact_Q"));
      }
      float[] values = NpyFile.floats(file(run, "exact_Q"));
      double[] exact = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        exact[i] = values[i];
      }
      return exact;
    }

    /** Marginals agree within the tolerance, and so do labels where there is no tie. */
    public void requireMatch(FeatureMap ours) {
      assertThat(largestDifference(ours)).isLessThanOrEqualTo(MAX_DIFFERENCE);
      assertThat(changedPixels(ours)).isZero();
    }

    /** Largest difference of the stored marginals. */
    public float largestDifference(FeatureMap ours) {
      float[] reference = marginals();
      int columns = reference.length / ours.channels();
      float largest = 0;
      for (int i = 0; i < reference.length; i++) {
        int label = i / columns;
        int pixel = i % columns * stride();
        float difference = ours.values()[label * ours.planeSize() + pixel] - reference[i];
        largest = Math.max(largest, Math.abs(difference));
      }
      return largest;
    }

    /** Pixels with other labels than the reference's, but for ties. */
    public int changedPixels(FeatureMap ours) {
      byte[] reference = argMax();
      int[] best = ours.argMax();
      int changed = 0;
      for (int pixel = 0; pixel < best.length; pixel++) {
        float q = ours.values()[best[pixel] * ours.planeSize() + pixel];
        float same = ours.values()[(reference[pixel] & 0xff) * ours.planeSize() + pixel];
        if (q - same > TIE) {
          changed++;
        }
      }
      return changed;
    }

    private Path file(Config config, String key) {
      return folder.resolve(config.getString(key + ".file"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private GoldenRuns() {}

  public static List<Run> all() {
    Path manifest = SharedData.requireGolden("densecrf/manifest.json");
    Path folder = manifest.getParent();
    List<Run> runs = new ArrayList<>();
    for (Config scene : ConfigFactory.parseFile(manifest.toFile()).getConfigList("cases")) {
      for (Config run : scene.getConfigList("runs")) {
        String name =
            String.join(
                " ",
                scene.getString("name"),
                run.getString("config"),
                run.getString("normalization"),
                run.getString("iterations"));
        runs.add(new Run(name, folder, scene, run));
      }
    }
    return runs;
  }

  private static PairwiseKernel kernel(Config kernel, Normalization normalization) {
    float x = (float) kernel.getDouble("sx");
    float y = (float) kernel.getDouble("sy");
    Compatibility compatibility = compatibility(kernel);
    if (kernel.getString("type").equals("gaussian")) {
      return new PairwiseKernel.Gaussian(x, y, compatibility, normalization);
    }
    return new PairwiseKernel.Bilateral(
        x,
        y,
        (float) kernel.getDouble("sr"),
        (float) kernel.getDouble("sg"),
        (float) kernel.getDouble("sb"),
        compatibility,
        normalization);
  }

  @SuppressWarnings("unchecked")
  private static Compatibility compatibility(Config kernel) {
    if (kernel.getValue("compat").valueType() == ConfigValueType.NUMBER) {
      return new Compatibility.Potts((float) kernel.getDouble("compat"));
    }
    List<?> values = kernel.getAnyRefList("compat");
    if (values.get(0) instanceof Number) {
      return new Compatibility.Diagonal(floats((List<Number>) values));
    }
    return new Compatibility.Matrix(
        values.stream().map(row -> floats((List<Number>) row)).toList());
  }

  private static List<Float> floats(List<Number> numbers) {
    return numbers.stream().map(Number::floatValue).toList();
  }
}
