package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplabspark.settings.CrfVariant;

/** Settings that are yet to be tried, each once, numbered in the order they came. */
final class Candidates {

  private final Set<String> seen = new HashSet<>();
  private List<SweepSetting> next = new ArrayList<>();
  private int id;

  /** Adds a variant; nothing where one that give equal masks were added before. */
  void add(SweepSetting.Kind kind, int round, CrfVariant variant) {
    SweepSetting candidate = new SweepSetting(id, kind, round, variant);
    if (seen.add(variant.digest())) {
      next.add(candidate);
      id++;
    }
  }

  /** Those added since the last call. */
  List<SweepSetting> take() {
    List<SweepSetting> taken = next;
    next = new ArrayList<>();
    return taken;
  }
}
