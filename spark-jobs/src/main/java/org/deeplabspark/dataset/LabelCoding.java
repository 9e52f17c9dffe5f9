package org.deeplabspark.dataset;

/** How a label image says which class a pixel is of. */
public enum LabelCoding {
  /** Palette indexes or grey values of at most 8 bits are ids. */
  IDS,
  /** Each class has a colour. */
  RGB,
  /** The colour R + 256 G + 65536 B is a segment's number; a JSON file gives its category. */
  PANOPTIC
}
