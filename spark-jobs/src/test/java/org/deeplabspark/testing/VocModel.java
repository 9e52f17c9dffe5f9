package org.deeplabspark.testing;

import java.util.ArrayList;
import java.util.List;

/** The real VOC network and command lines that use it. */
public final class VocModel {

  private VocModel() {}

  /** The weights. */
  public static String weights() {
    return SharedData.require("models/onnx/deeplabv3_mnv2_pascal_float_logits.onnx").toString();
  }

  /** Their card, as the project ships it. */
  public static String card() {
    return SharedData.root().resolve("conf/models/deeplabv3-mnv2-voc.json").toString();
  }

  /** {@code segment} with that model and more arguments. */
  public static String[] segment(String... more) {
    List<String> line =
        new ArrayList<>(List.of("segment", "--model", weights(), "--model-card", card()));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }
}
