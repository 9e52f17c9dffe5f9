package org.deeplabspark.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.QuadCurve2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.deeplabspark.demo.SceneCanvas.Part;

/**
 * Draws the five kinds of object. Each has parts a few pixels thin (legs, stems, poles, necks,
 * shafts), which a map of one score in eight pixels cannot follow by itself.
 */
final class ObjectPainter {

  private static final double MIN_CONTRAST = 75;

  private final RandomGenerator random;
  private final Color wall;
  private final Color floor;

  ObjectPainter(RandomGenerator random, Color wall, Color floor) {
    this.random = random;
    this.wall = wall;
    this.floor = floor;
  }

  /**
   * Parts of one object, back to front.
   *
   * @param kind any class but the background
   * @param x column of its middle
   * @param base row where it stands
   * @param size its height in pixels
   */
  List<Part> draw(SceneClass kind, double x, double base, double size) {
    return switch (kind) {
      case CHAIR -> chair(x, base, size);
      case PLANT -> plant(x, base, size);
      case LAMP -> lamp(x, base, size);
      case BOTTLE -> bottle(x, base, size);
      case UMBRELLA -> umbrella(x, base, size);
      case BACKGROUND -> throw new IllegalArgumentException("Invalid object: background");
    };
  }

  /** Draws colours until one stands out from wall and floor. */
  private Color contrasting(Function<RandomGenerator, Color> family) {
    Color best = family.apply(random);
    double distance = contrast(best);
    for (int attempt = 0; attempt < 30 && distance < MIN_CONTRAST; attempt++) {
      Color next = family.apply(random);
      if (contrast(next) > distance) {
        best = next;
        distance = contrast(next);
      }
    }
    return best;
  }

  private double contrast(Color color) {
    return Math.min(SceneColors.distance(color, wall), SceneColors.distance(color, floor));
  }

  private static Part shaded(Shape shape, Color color) {
    return new Part(shape, SceneColors.shaded(color, shape.getBounds2D()));
  }

  private static Shape line(double x1, double y1, double x2, double y2, double thickness) {
    return new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        .createStrokedShape(new Line2D.Double(x1, y1, x2, y2));
  }

  private List<Part> chair(double x, double base, double size) {
    List<Part> parts = new ArrayList<>();
    Color frame =
        contrasting(random.nextBoolean() ? SceneColors::wood : r -> SceneColors.any(r, 0.15, 0.95));
    Color cushion = random.nextBoolean() ? frame : contrasting(r -> SceneColors.any(r, 0.3, 0.95));
    double half = size * random.nextDouble(0.24, 0.32);
    double seat = base - size * random.nextDouble(0.42, 0.5);
    double leg = random.nextDouble(3.5, 5.5);
    double lean = random.nextDouble(-0.12, 0.12) * size;
    double depth = size * 0.08;
    parts.add(shaded(line(x - half * 0.7, seat, x - half * 0.7, base - depth, leg), frame));
    parts.add(shaded(line(x + half * 0.7, seat, x + half * 0.7, base - depth, leg), frame));
    parts.add(shaded(line(x - half, seat, x - half - 2, base, leg), frame));
    parts.add(shaded(line(x + half, seat, x + half + 2, base, leg), frame));
    double top = base - size;
    parts.add(shaded(line(x - half, seat, x - half + lean, top, leg), frame));
    parts.add(shaded(line(x + half, seat, x + half + lean, top, leg), frame));
    int slats = random.nextInt(2, 4);
    for (int i = 0; i < slats; i++) {
      double t = (i + 0.6) / (slats + 0.3);
      double y = top + t * (seat - top);
      double shift = lean * (1 - t);
      parts.add(shaded(line(x - half + shift, y, x + half + shift, y, leg * 1.3), frame));
    }
    Path2D plate = new Path2D.Double();
    plate.moveTo(x - half - 3, seat + depth * 0.6);
    plate.lineTo(x - half + 3, seat - depth * 0.6);
    plate.lineTo(x + half - 1, seat - depth * 0.6);
    plate.lineTo(x + half + 4, seat + depth * 0.6);
    plate.closePath();
    parts.add(shaded(plate, cushion));
    return parts;
  }

  private List<Part> plant(double x, double base, double size) {
    List<Part> parts = new ArrayList<>();
    Color green = contrasting(SceneColors::leaf);
    Color clay = contrasting(r -> SceneColors.hue(r, 0.0, 0.1, 0.4, 0.85, 0.45, 0.85));
    double pot = size * random.nextDouble(0.24, 0.32);
    double half = pot * random.nextDouble(0.5, 0.65);
    int stems = random.nextInt(4, 8);
    for (int i = 0; i < stems; i++) {
      double spread = (i - (stems - 1) / 2.0) / stems;
      double tipX = x + spread * size * random.nextDouble(0.75, 1.0);
      double tipY = base - size * (1 - Math.abs(spread) * 0.7) + random.nextDouble(0, 0.12) * size;
      double bendX = x + spread * half;
      double bendY = tipY + size * 0.1;
      parts.add(
          new Part(
              new BasicStroke((float) random.nextDouble(2.2, 3.4))
                  .createStrokedShape(
                      new QuadCurve2D.Double(x, base - pot * 0.9, bendX, bendY, tipX, tipY)),
              SceneColors.scaled(green, 0.8)));
      for (int leaf = 0; leaf < 3; leaf++) {
        double t = 0.5 + leaf * 0.24;
        double leafX = bezier(x, bendX, tipX, t);
        double leafY = bezier(base - pot * 0.9, bendY, tipY, t);
        parts.add(leaf(leafX, leafY, size, green));
      }
    }
    Path2D trunk = new Path2D.Double();
    trunk.moveTo(x - half, base - pot);
    trunk.lineTo(x + half, base - pot);
    trunk.lineTo(x + half * 0.7, base);
    trunk.lineTo(x - half * 0.7, base);
    trunk.closePath();
    parts.add(shaded(trunk, clay));
    parts.add(
        shaded(
            new Rectangle2D.Double(x - half - 2, base - pot - 2, 2 * half + 4, pot * 0.22), clay));
    return parts;
  }

  private static double bezier(double from, double bend, double to, double t) {
    return (1 - t) * (1 - t) * from + 2 * t * (1 - t) * bend + t * t * to;
  }

  private Part leaf(double x, double y, double size, Color green) {
    double length = size * random.nextDouble(0.14, 0.24);
    double breadth = length * random.nextDouble(0.28, 0.4);
    AffineTransform turn =
        AffineTransform.getRotateInstance(random.nextDouble(-Math.PI, Math.PI), x, y);
    return shaded(
        turn.createTransformedShape(
            new Ellipse2D.Double(x - length * 0.3, y - breadth / 2, length, breadth)),
        SceneColors.scaled(green, random.nextDouble(0.85, 1.2)));
  }

  private List<Part> lamp(double x, double base, double size) {
    List<Part> parts = new ArrayList<>();
    Color metal = contrasting(r -> SceneColors.hue(r, 0, 1, 0, 0.4, 0.1, 0.95));
    Color shade = contrasting(r -> SceneColors.hue(r, 0.02, 0.17, 0.3, 0.9, 0.75, 1));
    double shadeHeight = size * random.nextDouble(0.24, 0.34);
    double top = shadeHeight * random.nextDouble(0.3, 0.55);
    double brim = shadeHeight * random.nextDouble(0.65, 0.95);
    double shadeTop = base - size;
    parts.add(
        shaded(line(x, base - 2, x, shadeTop + shadeHeight, random.nextDouble(3, 4.5)), metal));
    double foot = size * random.nextDouble(0.14, 0.2);
    parts.add(shaded(new Ellipse2D.Double(x - foot, base - 7, 2 * foot, 8), metal));
    Path2D cone = new Path2D.Double();
    cone.moveTo(x - top, shadeTop);
    cone.lineTo(x + top, shadeTop);
    cone.lineTo(x + brim, shadeTop + shadeHeight);
    cone.lineTo(x - brim, shadeTop + shadeHeight);
    cone.closePath();
    parts.add(shaded(cone, shade));
    return parts;
  }

  private List<Part> bottle(double x, double base, double size) {
    List<Part> parts = new ArrayList<>();
    Color glass = contrasting(SceneColors::glass);
    double half = size * random.nextDouble(0.14, 0.19);
    double neck = half * random.nextDouble(0.25, 0.36);
    double shoulder = base - size * random.nextDouble(0.56, 0.66);
    double collar = base - size * 0.78;
    Path2D body = new Path2D.Double();
    body.moveTo(x - half, base);
    body.lineTo(x - half, shoulder);
    body.quadTo(x - half, collar + size * 0.04, x - neck, collar);
    body.lineTo(x - neck, base - size);
    body.lineTo(x + neck, base - size);
    body.lineTo(x + neck, collar);
    body.quadTo(x + half, collar + size * 0.04, x + half, shoulder);
    body.lineTo(x + half, base);
    body.closePath();
    parts.add(shaded(body, glass));
    double sticker = base - size * random.nextDouble(0.42, 0.5);
    parts.add(
        shaded(
            new Rectangle2D.Double(x - half, sticker, 2 * half, size * 0.24),
            contrasting(SceneColors::pale)));
    parts.add(
        shaded(
            new Rectangle2D.Double(x - neck - 1, base - size, 2 * neck + 2, size * 0.08),
            contrasting(r -> SceneColors.any(r, 0.4, 0.9))));
    return parts;
  }

  private List<Part> umbrella(double x, double base, double size) {
    List<Part> parts = new ArrayList<>();
    Color cloth = contrasting(r -> SceneColors.any(r, 0.35, 0.95));
    Color other = contrasting(r -> SceneColors.any(r, 0.35, 0.95));
    Color stick = contrasting(r -> SceneColors.hue(r, 0, 1, 0, 0.5, 0.1, 0.9));
    double radius = size * random.nextDouble(0.4, 0.5);
    double rim = base - size + radius * random.nextDouble(0.62, 0.8);
    double thick = random.nextDouble(2.8, 4);
    parts.add(shaded(line(x, base - size - 3, x, base - size * 0.06, thick), stick));
    double hook = size * 0.07;
    parts.add(
        new Part(
            new BasicStroke((float) thick, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                .createStrokedShape(
                    new QuadCurve2D.Double(
                        x,
                        base - size * 0.06,
                        x + hook,
                        base + hook * 0.6,
                        x + 2 * hook,
                        base - size * 0.07)),
            stick));
    int panels = random.nextInt(4, 7);
    for (int i = 0; i < panels; i++) {
      double from = x - radius + 2 * radius * i / panels;
      double to = x - radius + 2 * radius * (i + 1) / panels;
      Path2D panel = new Path2D.Double();
      panel.moveTo(x, base - size);
      panel.quadTo(from + (x - from) * 0.15, base - size + (rim - base + size) * 0.25, from, rim);
      panel.quadTo((from + to) / 2, rim - radius * 0.16, to, rim);
      panel.quadTo(to + (x - to) * 0.15, base - size + (rim - base + size) * 0.25, x, base - size);
      panel.closePath();
      parts.add(shaded(panel, (i & 1) == 0 ? cloth : other));
    }
    double tilt = random.nextDouble(-0.5, 0.5);
    AffineTransform turn = AffineTransform.getRotateInstance(tilt, x, base - size * 0.5);
    return parts.stream()
        .map(part -> new Part(turn.createTransformedShape(part.shape()), part.paint()))
        .toList();
  }
}
