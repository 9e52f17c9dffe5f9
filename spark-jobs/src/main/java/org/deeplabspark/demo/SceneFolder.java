package org.deeplabspark.demo;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.image.Palette;
import org.deeplabspark.image.PngMaskCodec;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.settings.UsageException;

/**
 * Scenes as files: {@code image/scene-00000.png} and {@code label/scene-00000.png} below a
 * directory.
 */
public final class SceneFolder {

  /** Colours of the classes in the label masks. */
  static final Palette PALETTE =
      Palette.of(Arrays.stream(SceneClass.values()).map(SceneClass::color).toList());

  private final FileSystem fs;
  private final Path root;

  /**
   * A place for scenes; nothing is written yet.
   *
   * @param root directory on any Hadoop file system
   */
  public SceneFolder(Configuration hadoop, Path root) throws IOException {
    this.fs = root.getFileSystem(hadoop);
    this.root = fs.makeQualified(root);
  }

  /** Directory of the photographs, RGB PNG. */
  public Path images() {
    return new Path(root, "image");
  }

  /** Directory of the label masks, palette PNG. */
  public Path labels() {
    return new Path(root, "label");
  }

  /** The path below {@link #images()} and {@link #labels()}, without extension. */
  static String name(int index) {
    return String.format("scene-%05d", index);
  }

  /**
   * Looks whether scenes are there that would be mixed with those of a generator: more of them, or
   * of another seed.
   *
   * @param count of the new ones
   * @throws UsageException if there are; names the fix
   */
  public void refuseOthers(SceneGenerator generator, int count) throws IOException {
    if (!fs.exists(images())) {
      return;
    }
    Path first = new Path(images(), name(0) + ".png");
    int there = fs.listStatus(images()).length;
    boolean same =
        there <= count
            && fs.exists(first)
            && Arrays.equals(HadoopBytes.read(fs, first), png(generator.scene(0).image()));
    if (there > 0 && !same) {
      throw new UsageException(
          String.format(
              "Invalid --output: %s holds %d files of another set of scenes; remove them or give a new directory",
              images(), there));
    }
  }

  /**
   * Draws scenes 0 to {@code count - 1} of a generator, over files of the same name.
   *
   * @param count at least 1
   */
  public void write(SceneGenerator generator, int count) throws IOException {
    for (int index = 0; index < count; index++) {
      Scene scene = generator.scene(index);
      String file = name(index) + ".png";
      put(new Path(images(), file), png(scene.image()));
      put(new Path(labels(), file), PngMaskCodec.encode(scene.truth(), PALETTE));
    }
  }

  /** The files of one scene: photograph, then label mask. */
  List<byte[]> read(int index) throws IOException {
    String file = name(index) + ".png";
    return List.of(
        HadoopBytes.read(fs, new Path(images(), file)),
        HadoopBytes.read(fs, new Path(labels(), file)));
  }

  private void put(Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(content);
    }
  }

  private static byte[] png(RgbImage image) throws IOException {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    byte[] rgb = image.rgb();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }
}
