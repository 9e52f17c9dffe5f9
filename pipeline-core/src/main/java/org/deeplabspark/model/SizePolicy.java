package org.deeplabspark.model;

import java.io.Serializable;

/** How a photograph of any size becomes an input of a size that the network takes. */
public sealed interface SizePolicy extends Serializable {

  /**
   * One size: the photograph is scaled, its proportions kept, until it just fits, and padded to the
   * right and below. The scores are resized back.
   *
   * @param width input columns, at least 1
   * @param height input rows, at least 1
   * @param filter how it is scaled
   */
  record Fixed(int width, int height, ScaleFilter filter) implements SizePolicy {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if a size is below 1
     */
    public Fixed {
      if (width < 1 || height < 1) {
        throw new IllegalArgumentException(
            String.format("Invalid size: must be at least 1 x 1, got %d x %d", width, height));
      }
    }
  }

  /**
   * Any size, for fully convolutional networks: the photograph is padded to the right and below,
   * never scaled.
   *
   * @param multiple rows and columns are rounded up to a multiple of this, at least 1; a larger one
   *     gives fewer distinct shapes, for which a runtime keeps memory
   * @param plus what they have beyond that multiple, at least 0 and below it: 1 for networks whose
   *     scores stand on the corners (321 = 40 * 8 + 1)
   */
  record Free(int multiple, int plus) implements SizePolicy {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Free {
      if (multiple < 1) {
        throw new IllegalArgumentException(
            "Invalid size: multiple must be at least 1, got " + multiple);
      }
      if (plus < 0 || plus >= multiple) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid size: plus must be at least 0 and below the multiple %d, got %d",
                multiple, plus));
      }
    }

    /** Rows or columns of the input whose size is nearest to a length. */
    public int nearest(double length) {
      int least = plus == 0 ? 1 : 0;
      long multiples = Math.max(least, Math.round((length - plus) / multiple));
      return Math.toIntExact(multiples * multiple + plus);
    }

    /** Rows or columns of the smallest input that holds that many of a photograph. */
    public int holding(int length) {
      int multiples = (Math.max(0, length - plus) + multiple - 1) / multiple;
      return Math.addExact(Math.multiplyExact(multiples, multiple), plus);
    }
  }
}
