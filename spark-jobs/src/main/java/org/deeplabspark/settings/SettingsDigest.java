package org.deeplabspark.settings;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.deeplabspark.crf.Compatibility;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.PairwiseKernel;
import org.deeplabspark.engine.TestTimeAugmentation;
import org.deeplabspark.model.Sha256;

/**
 * SHA-256 over the settings that masks depend on, and no others: two runs with equal digests of
 * settings and model give equal masks. Devices, threads, partitions and limits are not among them,
 * and the CRF's parameters only where it is on.
 *
 * <p>Outputs hold these digests. What is hashed is version 1 of a text, written value by value: a
 * setting that is added must leave the text as it is where it has its default.
 */
final class SettingsDigest {

  private SettingsDigest() {}

  /** Of a pass and the coding of its masks. */
  static String of(PassSettings pass, String maskCodec) {
    StringBuilder text = new StringBuilder("{");
    Optional<CrfSettings> crf = pass.segment().crf();
    if (crf.isPresent()) {
      text.append("crf=").append(crf.get().iterations()).append(' ');
      text.append(crf.get().kernels().stream().map(SettingsDigest::text).toList()).append(' ');
      text.append(crf.get().retireBelow()).append(", ");
    }
    text.append("crf.enabled=").append(crf.isPresent());
    TestTimeAugmentation inference = pass.engine().augmentation();
    if (!inference.equals(TestTimeAugmentation.NONE)) {
      text.append(", inference=Augmentation[scales=").append(inference.scales());
      text.append(", flip=").append(inference.flip()).append(']');
    }
    text.append(", segment.mask-codec=").append(maskCodec).append('}');
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String text(PairwiseKernel kernel) {
    StringBuilder text = new StringBuilder();
    if (kernel instanceof PairwiseKernel.Bilateral b) {
      text.append("Bilateral[xStd=").append(b.xStd()).append(", yStd=").append(b.yStd());
      text.append(", redStd=").append(b.redStd()).append(", greenStd=").append(b.greenStd());
      text.append(", blueStd=").append(b.blueStd());
    } else if (kernel instanceof PairwiseKernel.Gaussian g) {
      text.append("Gaussian[xStd=").append(g.xStd()).append(", yStd=").append(g.yStd());
    }
    // Settings know no other compatibility.
    float weight = ((Compatibility.Potts) kernel.compatibility()).weight();
    text.append(", compatibility=Potts[weight=").append(weight);
    return text.append("], normalization=").append(kernel.normalization()).append(']').toString();
  }
}
