package org.deeplabspark.train;

import java.io.Serializable;
import java.time.Duration;
import org.deeplabspark.dataset.TruthReader;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.segment.SegmentSettings;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/** Reads images and their labels. Travels to executors. */
final class SampleReader implements Serializable {

  private static final long serialVersionUID = 1L;

  private final InputFiles files;
  private final double maxMegapixels;
  private final Duration maxDecoding;
  private final TruthReader truthReader;

  /**
   * A reader.
   *
   * @param limits of decoding images
   */
  SampleReader(InputFiles files, SegmentSettings limits, TruthReader truthReader) {
    this.files = files;
    this.maxMegapixels = limits.maxMegapixels();
    this.maxDecoding = limits.maxDecoding();
    this.truthReader = truthReader;
  }

  /**
   * Reads both files.
   *
   * @throws ReadFailure naming the file that cannot be read
   * @throws MalformedImageException naming the file that cannot be decoded or understood, or both
   *     where their sizes differ
   */
  Sample read(SamplePair pair) throws ReadFailure, MalformedImageException {
    RgbImage image = image(pair.image());
    LabelMask truth = truth(pair);
    if (image.width() != truth.width() || image.height() != truth.height()) {
      throw new MalformedImageException(
          "other-size",
          String.format(
              "Invalid truth: %s has %d x %d pixels, its image %s has %d x %d",
              pair.truth().path(),
              truth.width(),
              truth.height(),
              pair.image(),
              image.width(),
              image.height()));
    }
    return new Sample(image, truth);
  }

  private RgbImage image(String path) throws ReadFailure, MalformedImageException {
    try {
      return new ImageDecoder(maxMegapixels, maxDecoding).decode(files.read(path).bytes());
    } catch (MalformedImageException e) {
      throw new MalformedImageException(e.code(), "Cannot decode " + path + ": " + e.getMessage());
    }
  }

  private LabelMask truth(SamplePair pair) throws ReadFailure, MalformedImageException {
    String path = pair.truth().path();
    try {
      return truthReader.read(files.read(path).bytes(), pair.truth().segments());
    } catch (MalformedImageException e) {
      throw new MalformedImageException(e.code(), "Cannot use " + path + ": " + e.getMessage());
    }
  }
}
