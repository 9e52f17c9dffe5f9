package org.deeplabspark.model;

import java.io.Serializable;
import java.util.List;
import org.deeplabspark.image.Palette;

/**
 * A class that a model knows; its id is its place in the list.
 *
 * @param name not blank
 * @param color for masks and reports, like {@code #80ff00}
 */
public record ClassLabel(String name, String color) implements Serializable {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the name is blank or the colour written otherwise
   */
  public ClassLabel {
    if (name.isBlank()) {
      throw new IllegalArgumentException("Invalid class: its name is blank");
    }
    Palette.of(List.of(color));
  }
}
