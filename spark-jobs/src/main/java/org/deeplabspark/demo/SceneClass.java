package org.deeplabspark.demo;

import java.util.Locale;

/** What a synthetic scene holds. */
public enum SceneClass {
  BACKGROUND(0, "#000000"),
  CHAIR(1, "#c00000"),
  PLANT(2, "#408000"),
  LAMP(3, "#c0a000"),
  BOTTLE(4, "#400080"),
  UMBRELLA(5, "#0080c0");

  private final int id;
  private final String color;

  SceneClass(int id, String color) {
    this.id = id;
    this.color = color;
  }

  /** Class id in the label masks, 0..5. */
  public int id() {
    return id;
  }

  /** Lower-case name, as in the model card. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Colour of the class in palettes, {@code #rrggbb}. */
  public String color() {
    return color;
  }
}
