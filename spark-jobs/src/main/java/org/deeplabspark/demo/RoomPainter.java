package org.deeplabspark.demo;

import static org.deeplabspark.demo.SceneColors.any;
import static org.deeplabspark.demo.SceneColors.pale;
import static org.deeplabspark.demo.SceneColors.scaled;
import static org.deeplabspark.demo.SceneColors.wood;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Paints the room behind the objects: patterned wall, floor, and clutter that is background. */
final class RoomPainter {

  private final SceneCanvas canvas;
  private final RandomGenerator random;
  private final double width;
  private final double horizon;
  private final Color wall;
  private final Color floor;

  RoomPainter(SceneCanvas canvas, RandomGenerator random) {
    this.canvas = canvas;
    this.random = random;
    this.width = canvas.width();
    this.horizon = canvas.height() * random.nextDouble(0.55, 0.72);
    this.wall = pale(random);
    this.floor = random.nextBoolean() ? wood(random) : scaled(pale(random), 0.75);
  }

  /** Mean colour of the wall: an object should differ from it. */
  Color wall() {
    return wall;
  }

  /** Mean colour of the floor: an object should differ from it. */
  Color floor() {
    return floor;
  }

  /** Row where wall and floor meet, in pixels. */
  double horizon() {
    return horizon;
  }

  void paint() {
    canvas.paint(
        new Rectangle2D.Double(0, 0, width, horizon),
        new GradientPaint(
            0, 0, scaled(wall, 1.06), (float) width, (float) horizon, scaled(wall, 0.9)));
    wallPattern();
    floorPattern();
    canvas.paint(new Rectangle2D.Double(0, horizon - 5, width, 6), scaled(wall, 0.7));
    int things = random.nextInt(2, 6);
    for (int i = 0; i < things; i++) {
      switch (random.nextInt(5)) {
        case 0 -> picture();
        case 1 -> window();
        case 2 -> books();
        case 3 -> box();
        default -> ball();
      }
    }
  }

  private void wallPattern() {
    Color tone = scaled(wall, random.nextBoolean() ? 0.9 : 1.08);
    double pitch = random.nextDouble(14, 34);
    switch (random.nextInt(4)) {
      case 0 -> {
        for (double x = 0; x < width; x += pitch) {
          canvas.paint(new Rectangle2D.Double(x, 0, pitch * 0.45, horizon), tone);
        }
      }
      case 1 -> {
        for (double y = 0; y < horizon; y += pitch * 0.7) {
          double shift = ((int) (y / (pitch * 0.7)) & 1) * pitch / 2;
          for (double x = -shift; x < width; x += pitch) {
            canvas.paint(
                new Rectangle2D.Double(
                    x + 1, y + 1, pitch - 2, Math.min(pitch * 0.7 - 2, horizon - y)),
                scaled(wall, random.nextDouble(0.93, 1.05)));
          }
        }
      }
      case 2 -> {
        for (double y = pitch / 2; y < horizon; y += pitch) {
          for (double x = pitch / 2; x < width; x += pitch) {
            double r = pitch * 0.2;
            canvas.paint(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r), tone);
          }
        }
      }
      default -> {}
    }
  }

  private void floorPattern() {
    double bottom = canvas.height();
    canvas.paint(
        new Rectangle2D.Double(0, horizon, width, bottom - horizon),
        new GradientPaint(
            0, (float) horizon, scaled(floor, 0.88), 0, (float) bottom, scaled(floor, 1.08)));
    double row = horizon;
    double depth = random.nextDouble(6, 12);
    boolean checks = random.nextBoolean();
    int parity = 0;
    while (row < bottom) {
      double plank = random.nextDouble(40, 90);
      double x = checks ? 0 : -random.nextDouble(0, plank);
      for (int i = parity; x < width; i++, x += plank) {
        double tone = checks ? ((i & 1) == 0 ? 0.92 : 1.05) : random.nextDouble(0.93, 1.06);
        canvas.paint(new Rectangle2D.Double(x, row, plank - 1, depth - 1), scaled(floor, tone));
      }
      parity++;
      row += depth;
      depth *= 1.18;
    }
    if (random.nextInt(3) > 0) {
      double rugWidth = random.nextDouble(90, 190);
      double rugHeight = (bottom - horizon) * random.nextDouble(0.35, 0.6);
      double left = random.nextDouble(-20, width - rugWidth + 20);
      double top = horizon + (bottom - horizon) * random.nextDouble(0.2, 0.5);
      Color rug = any(random, 0.35, 0.8);
      canvas.paint(new Ellipse2D.Double(left, top, rugWidth, rugHeight), rug);
      canvas.paint(
          new Ellipse2D.Double(left + 9, top + 5, rugWidth - 18, rugHeight - 10), scaled(rug, 1.2));
      canvas.paint(
          new Ellipse2D.Double(left + 18, top + 10, rugWidth - 36, rugHeight - 20),
          scaled(rug, 0.9));
    }
  }

  private void picture() {
    double w = random.nextDouble(28, 62);
    double h = random.nextDouble(24, 54);
    double x = random.nextDouble(0, width - w);
    double y = random.nextDouble(4, Math.max(5, horizon - h - 12));
    canvas.paint(new Rectangle2D.Double(x, y, w, h), wood(random));
    canvas.paint(new Rectangle2D.Double(x + 4, y + 4, w - 8, h - 8), pale(random));
    Path2D hill = new Path2D.Double();
    hill.moveTo(x + 4, y + h - 4);
    hill.quadTo(x + w * random.nextDouble(0.3, 0.7), y + 2, x + w - 4, y + h - 4);
    hill.closePath();
    canvas.paint(hill, any(random, 0.3, 0.8));
  }

  private void window() {
    double w = random.nextDouble(50, 84);
    double h = random.nextDouble(46, 80);
    double x = random.nextDouble(0, width - w);
    double y = random.nextDouble(2, Math.max(3, horizon - h - 16));
    canvas.paint(new Rectangle2D.Double(x, y, w, h), scaled(Color.WHITE, 0.93));
    Color sky = SceneColors.hue(random, 0.52, 0.62, 0.15, 0.5, 0.75, 0.98);
    for (int pane = 0; pane < 4; pane++) {
      canvas.paint(
          new Rectangle2D.Double(
              x + 4 + (pane & 1) * (w / 2 - 1),
              y + 4 + (pane >> 1) * (h / 2 - 1),
              w / 2 - 7,
              h / 2 - 7),
          scaled(sky, pane < 2 ? 1 : 0.93));
    }
  }

  private void books() {
    double x = random.nextDouble(0, width - 40);
    double y = random.nextDouble(30, horizon - 20);
    double shelf = x;
    int count = random.nextInt(4, 11);
    for (int i = 0; i < count; i++) {
      double w = random.nextDouble(4, 9);
      double h = random.nextDouble(16, 28);
      canvas.paint(new Rectangle2D.Double(shelf, y - h, w, h), any(random, 0.3, 0.85));
      shelf += w;
    }
    canvas.paint(new Rectangle2D.Double(x - 4, y, shelf - x + 8, 4), wood(random));
  }

  private void box() {
    double w = random.nextDouble(30, 75);
    double h = random.nextDouble(22, 60);
    double x = random.nextDouble(-10, width - w + 10);
    double y = horizon + random.nextDouble(2, 30);
    Color side = random.nextBoolean() ? wood(random) : any(random, 0.35, 0.8);
    canvas.shadow(x + w / 2, y, w * 0.62, 6);
    canvas.paint(
        new Rectangle2D.Double(x, y - h, w, h),
        SceneColors.shaded(side, new Rectangle2D.Double(x, y - h, w, h)));
    canvas.paint(new Rectangle2D.Double(x, y - h, w, 5), scaled(side, 1.25));
    canvas.paint(
        new Rectangle2D.Double(x + w * 0.2, y - h * 0.6, w * 0.6, h * 0.3), scaled(side, 0.8));
  }

  private void ball() {
    double r = random.nextDouble(8, 18);
    double x = random.nextDouble(r, width - r);
    double y = random.nextDouble(horizon, canvas.height() - r);
    Color color = any(random, 0.4, 0.9);
    Rectangle2D frame = new Rectangle2D.Double(x - r, y - 2 * r, 2 * r, 2 * r);
    canvas.shadow(x, y, r, 4);
    canvas.paint(
        new Ellipse2D.Double(frame.getX(), frame.getY(), 2 * r, 2 * r),
        SceneColors.shaded(color, frame));
    canvas.paint(
        new Rectangle2D.Double(x - r * 0.9, y - r * 1.15, r * 1.8, r * 0.3), scaled(color, 0.7));
  }
}
