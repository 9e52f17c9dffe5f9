package org.deeplabspark.label;

/**
 * What the rows of a run count up to so far.
 *
 * @param masks images that got one
 * @param errors images that did not
 * @param unchanged images that were read and found to be done already
 * @param moved images whose earlier result stands under another id, path or time now
 * @param kept images that could not be read, and whose earlier masks stay
 * @param forgotten rows that went, since their files are gone
 */
record RowCounts(long masks, long errors, long unchanged, long moved, long kept, long forgotten) {

  static final RowCounts NONE = new RowCounts(0, 0, 0, 0, 0, 0);

  long images() {
    return masks + errors + unchanged + moved + kept;
  }

  RowCounts plus(RowCounts other) {
    return new RowCounts(
        masks + other.masks,
        errors + other.errors,
        unchanged + other.unchanged,
        moved + other.moved,
        kept + other.kept,
        forgotten + other.forgotten);
  }
}
