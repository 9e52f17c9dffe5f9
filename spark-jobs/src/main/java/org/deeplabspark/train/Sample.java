package org.deeplabspark.train;

import java.io.IOException;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * An image and its labels in memory, of one size.
 *
 * @param truth class numbers; {@link LabelMask#VOID} where there is none
 */
record Sample(RgbImage image, LabelMask truth) {

  /**
   * Reads both files.
   *
   * @throws IOException naming the file that cannot be read, decoded or understood, or both where
   *     their sizes differ
   */
  static Sample read(InputFiles files, SamplePair pair, TruthReader reader) throws IOException {
    RgbImage image;
    LabelMask truth;
    try {
      image =
          new ImageDecoder(ImageDecoder.DEFAULT_MAX_MEGAPIXELS).decode(bytes(files, pair.image()));
    } catch (MalformedImageException e) {
      throw new IOException("Cannot decode " + pair.image() + ": " + e.getMessage(), e);
    }
    try {
      truth = reader.read(bytes(files, pair.truth()), pair.segments());
    } catch (MalformedImageException e) {
      throw new IOException("Cannot use " + pair.truth() + ": " + e.getMessage(), e);
    }
    if (image.width() != truth.width() || image.height() != truth.height()) {
      throw new IOException(
          String.format(
              "Invalid truth: %s has %d x %d pixels, its image %s has %d x %d",
              pair.truth(),
              truth.width(),
              truth.height(),
              pair.image(),
              image.width(),
              image.height()));
    }
    return new Sample(image, truth);
  }

  private static byte[] bytes(InputFiles files, String path) throws IOException {
    try {
      return files.read(path).bytes();
    } catch (ReadFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
