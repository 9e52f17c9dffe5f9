package org.deeplabspark.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The small network that the project ships, which labels drawn scenes within milliseconds. */
public final class ShippedModel {

  private ShippedModel() {}

  /** Its directory. */
  public static String directory() {
    return SharedData.root().resolve("conf/models/compact-scenes").toString();
  }

  /** {@code segment} with it, without CRF, into a directory, with more arguments. */
  public static String[] segment(Path output, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "segment", "--model", directory(), "--crf", "off", "--output", output.toString()));
    line.addAll(List.of(more));
    return line.toArray(String[]::new);
  }
}
