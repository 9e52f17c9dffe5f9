package org.deeplabspark.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Synthetic rooms with chairs, plants, lamps, bottles and umbrellas, and their exact ground truth.
 *
 * <p>Scene {@code i} of a seed is the same whatever else is drawn; neither fonts nor pictures are
 * read. Immutable and thread-safe.
 */
public final class SceneGenerator {

  /** Columns of a scene. */
  public static final int WIDTH = 320;

  /** Rows of a scene. */
  public static final int HEIGHT = 240;

  private static final double GRAIN = 1.6;

  private final long seed;

  /** One object to be drawn: those that stand farther back come first. */
  private record Placement(SceneClass kind, double x, double base, double size) {}

  /**
   * Scenes of one seed.
   *
   * @param seed scenes of two seeds have nothing in common
   */
  public SceneGenerator(long seed) {
    this.seed = seed;
  }

  /**
   * Draws one scene.
   *
   * @param index any number; equal numbers give equal scenes
   */
  public Scene scene(int index) {
    RandomGenerator random =
        new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index * 0xD1B54A32D192ED03L).split();
    SceneCanvas canvas = new SceneCanvas(WIDTH, HEIGHT);
    RoomPainter room = new RoomPainter(canvas, random);
    room.paint();
    ObjectPainter painter = new ObjectPainter(random, room.wall(), room.floor());
    for (Placement object : placements(random, room.horizon())) {
      if (object.kind() != SceneClass.UMBRELLA) {
        canvas.shadow(object.x(), object.base(), object.size() * 0.3, 5);
      }
      canvas.paint(
          painter.draw(object.kind(), object.x(), object.base(), object.size()), object.kind());
    }
    return canvas.develop(random, GRAIN);
  }

  private static List<Placement> placements(RandomGenerator random, double horizon) {
    List<Placement> objects = new ArrayList<>();
    SceneClass[] kinds = SceneClass.values();
    int count = random.nextInt(2, 6);
    double slot = (double) WIDTH / count;
    for (int i = 0; i < count; i++) {
      SceneClass kind = kinds[1 + random.nextInt(kinds.length - 1)];
      double x = slot * (i + 0.5) + random.nextDouble(-0.3, 0.3) * slot;
      double base = horizon + random.nextDouble(0.1, 0.9) * (HEIGHT - horizon);
      double near = 0.75 + 0.5 * (base - horizon) / (HEIGHT - horizon);
      double size = near * height(kind, random);
      if (kind == SceneClass.UMBRELLA) {
        base -= random.nextDouble(0, 0.35) * HEIGHT;
      }
      objects.add(new Placement(kind, x, Math.max(base, size * 0.8), size));
    }
    objects.sort(Comparator.comparingDouble(Placement::base));
    return objects;
  }

  private static double height(SceneClass kind, RandomGenerator random) {
    return switch (kind) {
      case CHAIR -> random.nextDouble(85, 125);
      case PLANT -> random.nextDouble(80, 125);
      case LAMP -> random.nextDouble(105, 165);
      case BOTTLE -> random.nextDouble(75, 120);
      default -> random.nextDouble(90, 130);
    };
  }
}
