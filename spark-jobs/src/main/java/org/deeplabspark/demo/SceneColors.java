package org.deeplabspark.demo;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Colours of the things in a scene: drawn at random within a family, never flat. */
final class SceneColors {

  private SceneColors() {}

  /** A colour of any hue. */
  static Color any(RandomGenerator random, double minBrightness, double maxBrightness) {
    return hue(random, 0, 1, 0.25, 0.9, minBrightness, maxBrightness);
  }

  /** A pale or greyish colour, as of walls. */
  static Color pale(RandomGenerator random) {
    return hue(random, 0, 1, 0.05, 0.35, 0.55, 0.95);
  }

  /** The brown of wood, dark to light. */
  static Color wood(RandomGenerator random) {
    return hue(random, 0.05, 0.11, 0.45, 0.8, 0.3, 0.75);
  }

  /** The green of leaves. */
  static Color leaf(RandomGenerator random) {
    return hue(random, 0.22, 0.4, 0.5, 0.95, 0.3, 0.65);
  }

  /** The green, brown or blue of glass. */
  static Color glass(RandomGenerator random) {
    double family = random.nextInt(3);
    double from = family == 0 ? 0.3 : family == 1 ? 0.03 : 0.55;
    return hue(random, from, from + 0.09, 0.6, 1, 0.25, 0.6);
  }

  static Color hue(
      RandomGenerator random,
      double fromHue,
      double toHue,
      double fromSaturation,
      double toSaturation,
      double fromBrightness,
      double toBrightness) {
    return Color.getHSBColor(
        (float) random.nextDouble(fromHue, toHue),
        (float) random.nextDouble(fromSaturation, toSaturation),
        (float) random.nextDouble(fromBrightness, toBrightness));
  }

  /** The same colour, each channel times a factor. */
  static Color scaled(Color color, double factor) {
    return new Color(
        (int) Math.min(255, color.getRed() * factor),
        (int) Math.min(255, color.getGreen() * factor),
        (int) Math.min(255, color.getBlue() * factor));
  }

  /** From lighter at the left to darker at the right of a box: as if round. */
  static Paint shaded(Color color, Rectangle2D box) {
    return new GradientPaint(
        (float) box.getMinX(),
        0,
        scaled(color, 1.12),
        (float) Math.max(box.getMaxX(), box.getMinX() + 1),
        0,
        scaled(color, 0.85));
  }

  /** Distance of two colours in RGB. */
  static double distance(Color a, Color b) {
    int red = a.getRed() - b.getRed();
    int green = a.getGreen() - b.getGreen();
    int blue = a.getBlue() - b.getBlue();
    return Math.sqrt((double) red * red + green * green + blue * blue);
  }
}
