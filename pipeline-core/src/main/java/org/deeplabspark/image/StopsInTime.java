package org.deeplabspark.image;

import java.awt.image.BufferedImage;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;

/**
 * Ends a reader's work between two rows once a deadline has passed: the pixels of a progressive
 * JPEG are made anew for each scan, and thousands of scans come with one piece of the file.
 */
final class StopsInTime implements IIOReadUpdateListener {

  private final Deadline deadline;

  StopsInTime(Deadline deadline) {
    this.deadline = deadline;
  }

  private void check() {
    if (deadline.passed()) {
      throw new IllegalStateException(
          "The deadline has passed"); // through native code, to the call
    }
  }

  @Override
  public void imageUpdate(
      ImageReader source,
      BufferedImage image,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {
    check();
  }

  @Override
  public void passStarted(
      ImageReader source,
      BufferedImage image,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {
    check();
  }

  @Override
  public void passComplete(ImageReader source, BufferedImage image) {
    check();
  }

  @Override
  public void thumbnailUpdate(
      ImageReader source,
      BufferedImage thumbnail,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {}

  @Override
  public void thumbnailPassStarted(
      ImageReader source,
      BufferedImage thumbnail,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {}

  @Override
  public void thumbnailPassComplete(ImageReader source, BufferedImage thumbnail) {}
}
