package org.deeplabspark.dataset;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.deeplabspark.image.LabelMask;

/** From the 256 labels of a mask to classes. Immutable. */
public final class IdLookup implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Of a label that counts nowhere. */
  public static final int VOID = -1;

  /** Of a label that the data set does not have. */
  public static final int UNKNOWN = -2;

  /** Of a predicted class that the truth has no class for. */
  public static final int UNMATCHED = -3;

  /** The label that masks of class numbers have where there is none. */
  static final int NO_CLASS = LabelMask.VOID;

  private final int[] classes = new int[256];

  private IdLookup() {
    Arrays.fill(classes, UNKNOWN);
  }

  static IdLookup of(List<Integer> ids, Collection<Integer> voidIds) {
    IdLookup lookup = new IdLookup();
    for (int classId = 0; classId < ids.size(); classId++) {
      lookup.classes[ids.get(classId)] = classId;
    }
    voidIds.forEach(id -> lookup.classes[id] = VOID);
    return lookup;
  }

  /**
   * The class of a label: its number, {@link #VOID}, {@link #UNKNOWN} or {@link #UNMATCHED}.
   *
   * @param label 0..255
   */
  public int classOf(int label) {
    return classes[label];
  }

  /** This lookup with another meaning of one label. */
  public IdLookup with(int label, int meaning) {
    IdLookup lookup = new IdLookup();
    System.arraycopy(classes, 0, lookup.classes, 0, classes.length);
    lookup.classes[label] = meaning;
    return lookup;
  }

  /** This lookup of predictions: what is void to the truth is none of its classes here. */
  public IdLookup ofPredictions() {
    IdLookup lookup = new IdLookup();
    for (int label = 0; label < classes.length; label++) {
      lookup.classes[label] = classes[label] == VOID ? UNMATCHED : classes[label];
    }
    return lookup;
  }

  /**
   * This lookup followed by another numbering of the classes.
   *
   * @param targets by class; {@link #UNMATCHED} where there is none
   */
  public IdLookup then(List<Integer> targets) {
    IdLookup lookup = new IdLookup();
    for (int label = 0; label < classes.length; label++) {
      int classId = classes[label];
      lookup.classes[label] = classId < 0 ? classId : targets.get(classId);
    }
    return lookup;
  }

  /** A mask of class numbers; {@link LabelMask#VOID} where a label has none. */
  public LabelMask apply(LabelMask mask) {
    byte[] table = new byte[256];
    for (int label = 0; label < table.length; label++) {
      table[label] = (byte) (classes[label] < 0 ? NO_CLASS : classes[label]);
    }
    byte[] labels = new byte[mask.pixels()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = table[mask.label(i)];
    }
    return new LabelMask(mask.width(), mask.height(), labels);
  }
}
