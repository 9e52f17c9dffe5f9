package org.deeplabspark.settings;

import java.util.Comparator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The keys that exist, and which of them somebody may have meant. */
record KnownKeys(SortedSet<String> keys) {

  /** "did you mean crf.iterations?", the settings of a group, or where all keys stand. */
  String advice(String unknown) {
    String members =
        keys.stream().filter(k -> k.startsWith(unknown + ".")).collect(Collectors.joining(", "));
    if (!members.isEmpty()) {
      return unknown + " is a group, set one of " + members;
    }
    return nearest(unknown)
        .map(key -> "did you mean " + key + "?")
        .orElse("conf/reference.conf lists all keys");
  }

  /** The key whose end or spelling comes nearest; empty where nothing is near. */
  private Optional<String> nearest(String unknown) {
    Optional<String> sameEnd = keys.stream().filter(k -> k.endsWith("." + unknown)).findFirst();
    if (sameEnd.isPresent()) {
      return sameEnd;
    }
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return keys.stream()
        .min(Comparator.comparingInt(k -> distance.apply(k, unknown)))
        .filter(k -> distance.apply(k, unknown) <= Math.max(3, unknown.length() / 2));
  }
}
