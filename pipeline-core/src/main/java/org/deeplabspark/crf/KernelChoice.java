package org.deeplabspark.crf;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels of this JVM: vector ones where the module {@code jdk.incubator.vector} is present,
 * else scalar ones.
 */
final class KernelChoice {

  private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);
  private static final String MODULE = "jdk.incubator.vector";
  private static final int LONGEST_UNROLLED = 6; // longest chain that is blurred in registers

  private static final KernelChoice SCALAR = new KernelChoice(TileLayout.WIDEST, false);
  private static final KernelChoice BEST = choose();

  private final TileKernels[] byLanes;
  private final EmbeddingKernels embedding;
  private final SoftmaxKernels softmax;
  private final int widest;

  private KernelChoice(int widest, boolean vector) {
    this.widest = widest;
    embedding =
        vector
            ? instance("VectorEmbeddingKernels", EmbeddingKernels.class)
            : new ScalarEmbeddingKernels();
    softmax = vector ? instance("VectorSoftmax", SoftmaxKernels.class) : new ScalarSoftmax();
    byLanes = new TileKernels[TileLayout.WIDEST + 1];
    for (int lanes = TileLayout.NARROWEST; lanes <= widest; lanes *= 2) {
      byLanes[lanes] = vector ? vectorKernels(lanes) : new ScalarTileKernels(lanes);
    }
  }

  /** The fastest kernels available; the choice is made and logged once. */
  static KernelChoice best() {
    return BEST;
  }

  /** The scalar kernels, on any machine. */
  static KernelChoice scalar() {
    return SCALAR;
  }

  /** Lanes of the widest tile. */
  int widest() {
    return widest;
  }

  /** Kernels for 4, 8 or 16 lanes, at most {@link #widest()}. */
  TileKernels forLanes(int lanes) {
    return byLanes[lanes];
  }

  EmbeddingKernels embedding() {
    return embedding;
  }

  SoftmaxKernels softmax() {
    return softmax;
  }

  /** By name, as the class cannot be linked where its module is missing. */
  private static <T> T instance(String name, Class<T> type) {
    try {
      return Class.forName(KernelChoice.class.getPackageName() + "." + name)
          .asSubclass(type)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no " + name, e);
    }
  }

  private static KernelChoice choose() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      LOG.warn(
          "Dense CRF runs on scalar kernels, several times slower, with the same masks: start the JVM with"
              + " --add-modules {} for the vector ones",
          MODULE);
      return SCALAR;
    }
    try {
      Class<?> width = Class.forName("org.deeplabspark.crf.VectorWidth");
      int lanes = (int) width.getDeclaredMethod("preferredLanes").invoke(null);
      if (lanes < TileLayout.NARROWEST) {
        LOG.info("Dense CRF runs on scalar kernels: vectors of {} floats are too short", lanes);
        return SCALAR;
      }
      width.getDeclaredMethod("fillTypeProfiles").invoke(null);
      KernelChoice choice = new KernelChoice(Math.min(lanes, TileLayout.WIDEST), true);
      LOG.info("Dense CRF runs on vector kernels of up to {} lanes", choice.widest);
      return choice;
    } catch (ReflectiveOperationException | IllegalStateException e) {
      LOG.warn("Dense CRF runs on scalar kernels: the vector ones did not start", e);
      return SCALAR;
    }
  }

  /** Defines the classes for a number of lanes, so that each has its species as a constant. */
  private static TileKernels vectorKernels(int lanes) {
    ChainBlur[] blurs = new ChainBlur[LONGEST_UNROLLED + 1];
    try {
      for (int length = 0; length < blurs.length; length++) {
        if (length != 1) {
          blurs[length] =
              (ChainBlur)
                  hidden("VectorChainBlur", new int[] {lanes, length})
                      .getDeclaredConstructor()
                      .newInstance();
        }
      }
      return (TileKernels)
          hidden("VectorTileKernels", lanes)
              .getDeclaredConstructor(ChainBlur[].class)
              .newInstance((Object) blurs);
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("no vector kernels of " + lanes + " lanes", e);
    }
  }

  private static Class<?> hidden(String name, Object data)
      throws IOException, IllegalAccessException {
    try (InputStream code = KernelChoice.class.getResourceAsStream(name + ".class")) {
      return MethodHandles.lookup()
          .defineHiddenClassWithClassData(code.readAllBytes(), data, true)
          .lookupClass();
    }
  }
}
