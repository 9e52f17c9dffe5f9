package org.deeplabspark.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.metric.Figures;
import org.deeplabspark.metric.OverlapCounts;

/**
 * How good the borders are.
 *
 * @param rims overlaps of the rims: Boundary IoU
 * @param trimaps element w - 1 holds the overlaps within the band of width w
 */
public record Boundaries(Figures rims, List<Figures> trimaps) {

  /** Copies the list. */
  public Boundaries {
    trimaps = List.copyOf(trimaps);
  }

  /** From the rims' sums and those of the rings, from the border outwards. */
  static Boundaries of(List<OverlapCounts> bands) {
    OverlapCounts band = new OverlapCounts(bands.get(0).classes());
    List<Figures> trimaps = new ArrayList<>();
    for (OverlapCounts ring : bands.subList(1, bands.size())) {
      trimaps.add(new Figures(band.addAll(ring).overlaps()));
    }
    return new Boundaries(new Figures(bands.get(0).overlaps()), trimaps);
  }
}
