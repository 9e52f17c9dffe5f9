package org.deeplabspark.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;

/** Masks written number by number. */
public final class LabelFiles {

  private LabelFiles() {}

  /**
   * Writes a palette PNG.
   *
   * @param name below the folder, without its ending
   * @param labels row by row
   */
  public static void write(Path folder, String name, int width, int... labels) throws IOException {
    byte[] ids = new byte[labels.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) labels[i];
    }
    Path file = folder.resolve(name + ".png");
    Files.createDirectories(file.getParent());
    Files.write(
        file, PngMaskCodec.encode(new LabelMask(width, ids.length / width, ids), Palette.voc()));
  }
}
