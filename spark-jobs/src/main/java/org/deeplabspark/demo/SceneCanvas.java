package org.deeplabspark.demo;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.util.List;
import java.util.random.RandomGenerator;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.RgbImage;

/**
 * A picture and its labels, painted together from the same shapes: the picture with anti-aliasing,
 * the labels without.
 */
final class SceneCanvas {

  /** One piece of an object. */
  record Part(Shape shape, Paint paint) {}

  private static final int VOID_RADIUS = 1;

  private final int width;
  private final int height;
  private final BufferedImage picture;
  private final Graphics2D graphics;
  private final byte[] labels;

  SceneCanvas(int width, int height) {
    this.width = width;
    this.height = height;
    this.picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    this.graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    this.labels = new byte[width * height];
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Paints what stays background: no label changes. */
  void paint(Shape shape, Paint paint) {
    graphics.setPaint(paint);
    graphics.fill(shape);
  }

  /** A soft dark patch on the floor; a shadow is background. */
  void shadow(double centreX, double centreY, double radiusX, double radiusY) {
    var before = graphics.getComposite();
    for (int ring = 4; ring >= 1; ring--) {
      double scale = ring / 4.0;
      graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.09f));
      paint(
          new Ellipse2D.Double(
              centreX - radiusX * scale,
              centreY - radiusY * scale,
              2 * radiusX * scale,
              2 * radiusY * scale),
          Color.BLACK);
    }
    graphics.setComposite(before);
  }

  /** Paints an object in front of all that is there, labels it and puts a void border round it. */
  void paint(List<Part> parts, SceneClass label) {
    BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D hard = mask.createGraphics();
    hard.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
    hard.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    hard.setColor(Color.WHITE);
    for (Part part : parts) {
      paint(part.shape(), part.paint());
      hard.fill(part.shape());
    }
    hard.dispose();
    byte[] covered = ((DataBufferByte) mask.getRaster().getDataBuffer()).getData();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = y * width + x;
        if (covered[pixel] != 0) {
          labels[pixel] = (byte) label.id();
        } else if (touches(covered, x, y)) {
          labels[pixel] = (byte) LabelMask.VOID;
        }
      }
    }
  }

  private boolean touches(byte[] covered, int x, int y) {
    for (int v = Math.max(0, y - VOID_RADIUS); v <= Math.min(height - 1, y + VOID_RADIUS); v++) {
      for (int u = Math.max(0, x - VOID_RADIUS); u <= Math.min(width - 1, x + VOID_RADIUS); u++) {
        if (covered[v * width + u] != 0) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The finished scene: lit unevenly, with the grain of a sensor.
   *
   * @param random decides light and grain
   * @param grain standard deviation of the grain, in grey levels
   */
  Scene develop(RandomGenerator random, double grain) {
    graphics.dispose();
    int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
    double lightX = random.nextDouble(-0.12, 0.12);
    double lightY = random.nextDouble(-0.12, 0.12);
    double gain = random.nextDouble(0.85, 1.1);
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = y * width + x;
        double light =
            gain * (1 + lightX * (2.0 * x / width - 1) + lightY * (2.0 * y / height - 1));
        double shared = grain * random.nextGaussian();
        for (int channel = 0; channel < 3; channel++) {
          int value = pixels[pixel] >> (16 - 8 * channel) & 0xff;
          double noisy = value * light + shared + 0.5 * grain * random.nextGaussian();
          rgb[3 * pixel + channel] = (byte) Math.max(0, Math.min(255, Math.round(noisy)));
        }
      }
    }
    return new Scene(new RgbImage(width, height, rgb), new LabelMask(width, height, labels));
  }
}
