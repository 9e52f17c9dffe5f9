package org.deeplabspark.crf.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;
import org.deeplabspark.testing.NpyFile;
import org.deeplabspark.testing.SharedData;

/** Photographs with small scores, drawn or real. */
public final class DevicePhotos {

  private static final int FRAME = 513;
  private static final int CELLS = 33;

  private DevicePhotos() {}

  /** Noise, a plane or stripes, with random scores of 9 x 7 cells. */
  public static ScoredPhoto drawn(int width, int height, int labels, String pattern) {
    Random random = new Random(7L * width + height + labels);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      rgb[i] =
          (byte)
              switch (pattern) {
                case "noise" -> random.nextInt(256);
                case "plane" -> 200;
                default -> x / 8 * 20 + i % 3 * 30 + random.nextInt(3);
              };
    }
    float[] scores = new float[labels * 9 * 7];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = 8 * random.nextFloat();
    }
    return new ScoredPhoto(
        new RgbImage(width, height, rgb),
        new NetworkScores(
            new FeatureMap(labels, 7, 9, scores),
            Resampling.bilinear(7, height, AlignCorners.NO),
            Resampling.bilinear(9, width, AlignCorners.NO),
            OutputKind.LOGITS));
  }

  /** VOC's photographs with the trained network's scores, which are stored beside them. */
  public static List<ScoredPhoto> voc() {
    return SharedData.files("voc/JPEGImages").stream().map(DevicePhotos::scored).toList();
  }

  private static ScoredPhoto scored(Path photo) {
    String name = photo.getFileName().toString().replace(".jpg", "");
    RgbImage image = decode(photo);
    float[] logits = NpyFile.floats(SharedData.require("voc/logits/" + name + ".npy"));
    double scale = (double) FRAME / Math.max(image.width(), image.height());
    return new ScoredPhoto(
        image,
        new NetworkScores(
            new FeatureMap(21, CELLS, CELLS, logits),
            axis((int) Math.round(image.height() * scale), image.height()),
            axis((int) Math.round(image.width() * scale), image.width()),
            OutputKind.LOGITS));
  }

  private static Resampling axis(int part, int length) {
    return Resampling.bilinear(CELLS, FRAME, AlignCorners.YES)
        .crop(part)
        .then(Resampling.bilinear(part, length, AlignCorners.NO));
  }

  private static RgbImage decode(Path photo) {
    try {
      return new ImageDecoder(100).decode(Files.readAllBytes(photo));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedImageException e) {
      throw new IllegalStateException(e);
    }
  }
}
