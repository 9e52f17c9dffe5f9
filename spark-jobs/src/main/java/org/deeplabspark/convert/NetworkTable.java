package org.deeplabspark.convert;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.network.LayerCost;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.LayerSpec.MaxPool;
import org.deeplabspark.network.LayerSpec.Window;
import org.deeplabspark.network.NetworkSpec;

/** {@code model inspect}: a network layer by layer as a table of text. */
public final class NetworkTable {

  private NetworkTable() {}

  /**
   * The table and its totals.
   *
   * @param height rows of the image that it is counted for
   * @param width columns of it
   */
  public static String of(NetworkSpec network, int height, int width) {
    List<LayerCost> costs = LayerCost.of(network, height, width);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s, %d classes, output stride %d, image %d x %d%n%n",
            network.name(), network.classes(), network.outputStride(), width, height));
    text.append(
        String.format(
            "%-22s %-26s %-16s %14s %16s %7s%n",
            "layer", "kind", "output", "parameters", "multiply-adds", "view"));
    for (LayerCost cost : costs) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-22s %-26s %-16s %,14d %,16d %7d%n",
              cost.layer().name(),
              kind(cost.layer()),
              String.format("%d x %d x %d", cost.layer().channels(), cost.height(), cost.width()),
              cost.parameters(),
              cost.multiplyAdds(),
              cost.fieldOfView()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n%,d parameters (%.1f MB), %.2f GFLOP an image, field of view %d pixels,%n"
                + "%.1f MB of activations at once%n",
            network.parameterCount(),
            network.parameterCount() * Float.BYTES / 1e6,
            // A multiplication and an addition are two operations.
            2e-9 * network.multiplyAdds(height, width),
            network.fieldOfView(),
            LayerCost.peakBytes(network, height, width) / 1e6));
    return text.toString();
  }

  private static String kind(LayerSpec layer) {
    if (layer instanceof Window window) {
      int taps = layer instanceof Convolution c ? c.kernel() : window.effectiveKernel();
      StringBuilder kind = new StringBuilder(layer instanceof MaxPool ? "max " : "conv ");
      kind.append(taps).append('x').append(taps);
      if (window.stride() > 1) {
        kind.append(" stride ").append(window.stride());
      }
      if (layer instanceof Convolution c && c.rate() > 1) {
        kind.append(" rate ").append(c.rate());
      }
      return kind.toString();
    }
    return switch (layer.getClass().getSimpleName()) {
      case "BatchNorm" -> "batch norm";
      default -> layer.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    };
  }
}
