package org.deeplabspark.label;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.deeplabspark.testing.SharedData;

/** Folders of real photographs for the benchmarks. */
final class RealPhotos {

  private static final List<String> SOURCES =
      List.of(
          "voc/JPEGImages",
          "voc_val_animals/JPEGImages",
          "weizmann/image",
          "davis/image",
          "camvid_train/image",
          "camvid_test20/image");

  private RealPhotos() {}

  private static List<Path> sources() {
    List<Path> photos = new ArrayList<>();
    SOURCES.forEach(source -> photos.addAll(SharedData.files(source)));
    return photos;
  }

  /** Copies of that many different photographs. */
  static List<Path> copy(Path folder, int count) throws IOException {
    List<Path> copies = new ArrayList<>();
    Files.createDirectories(folder);
    for (Path photo : sources().subList(0, count)) {
      String name = String.format("%04d-%s", copies.size(), photo.getFileName());
      copies.add(Files.copy(photo, folder.resolve(name)));
    }
    return copies;
  }

  /**
   * Photographs of many sizes, cut out of real ones: among the first fifty are the largest, so that
   * what grows with the largest image has grown by then.
   */
  static void cutOut(Path folder, int count, int largestWidth, int largestHeight)
      throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(7);
    List<Path> photos = sources().subList(0, 60);
    for (int i = 0; i < count; i++) {
      BufferedImage photo = ImageIO.read(photos.get(i % photos.size()).toFile());
      double share = i % 10 == 0 && i < 50 ? 1 : 0.3 + 0.7 * random.nextDouble();
      int width = (int) Math.round(largestWidth * share);
      int height =
          (int) Math.round(largestHeight * (i < 50 ? share : 0.3 + 0.7 * random.nextDouble()));
      BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D g = cut.createGraphics();
      g.drawImage(photo, 0, 0, width, height, null);
      g.dispose();
      ImageIO.write(cut, "jpg", folder.resolve(String.format("%05d.jpg", i)).toFile());
    }
  }
}
