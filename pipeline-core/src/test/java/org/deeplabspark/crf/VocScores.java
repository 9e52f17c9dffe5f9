package org.deeplabspark.crf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.Bilinear;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;
import org.deeplabspark.tensor.Softmax;
import org.deeplabspark.testing.NpyFile;
import org.deeplabspark.testing.SharedData;

/** VOC photographs with a trained network's scores, as energies at the photograph's size. */
record VocScores(String name, Path photo) {

  private static final int FRAME = 513;

  static List<VocScores> all() {
    return SharedData.files("voc/JPEGImages").stream()
        .map(photo -> new VocScores(photo.getFileName().toString().replace(".jpg", ""), photo))
        .toList();
  }

  RgbImage image() {
    try {
      return new ImageDecoder(100).decode(Files.readAllBytes(photo));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedImageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #unary}, at the network's own size. */
  NetworkScores scores() {
    RgbImage image = image();
    double scale = (double) FRAME / Math.max(image.width(), image.height());
    FeatureMap map =
        new FeatureMap(
            21, 33, 33, NpyFile.floats(SharedData.require("voc/logits/" + name + ".npy")));
    return new NetworkScores(
        map, way(image.height(), scale), way(image.width(), scale), OutputKind.LOGITS);
  }

  private static Resampling way(int length, double scale) {
    int part = (int) Math.round(length * scale);
    return Resampling.bilinear(33, FRAME, AlignCorners.YES)
        .crop(part)
        .then(Resampling.bilinear(part, length, AlignCorners.YES));
  }

  /** The network saw the photograph with its long side scaled to 513, padded below and right. */
  FeatureMap unary() {
    RgbImage image = image();
    float[] logits = NpyFile.floats(SharedData.require("voc/logits/" + name + ".npy"));
    FeatureMap frame =
        Bilinear.resize(new FeatureMap(21, 33, 33, logits), FRAME, FRAME, AlignCorners.YES);
    double scale = (double) FRAME / Math.max(image.width(), image.height());
    int width = (int) Math.round(image.width() * scale);
    int height = (int) Math.round(image.height() * scale);
    FeatureMap cropped = FeatureMap.zeros(21, height, width);
    for (int row = 0; row < 21 * height; row++) {
      int from = (row / height * FRAME + row % height) * FRAME;
      System.arraycopy(frame.values(), from, cropped.values(), row * width, width);
    }
    FeatureMap full = Bilinear.resize(cropped, image.height(), image.width(), AlignCorners.YES);
    Softmax.inPlace(full);
    return Unary.fromProbabilities(full);
  }
}
