package org.deeplabspark.model;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplabspark.network.LayerSpec;
import org.deeplabspark.network.LayerSpec.Convolution;
import org.deeplabspark.network.NetworkSpec;

/**
 * Finds which convolution of a file is which of a network where names say nothing: the one that
 * reads the same convolutions and has the same shape. Of several, as the branches of an ASPP head
 * are, the one with the same rate and stride comes first, then the first in the file.
 */
final class StructureMatch {

  private final List<StoredConvolution> stored;
  private final Map<String, BitSet> sources = new HashMap<>();
  private final Map<String, StoredConvolution> matches = new LinkedHashMap<>();
  private final BitSet taken = new BitSet();

  private StructureMatch(List<StoredConvolution> stored) {
    this.stored = stored;
  }

  /** Stored convolutions by the layer that each is; layers without one are left out. */
  static Map<String, StoredConvolution> of(NetworkSpec network, List<StoredConvolution> stored) {
    StructureMatch match = new StructureMatch(stored);
    BitSet input = new BitSet();
    input.set(0);
    match.sources.put(NetworkSpec.INPUT, input);
    network.layers().forEach(match::layer);
    return match.matches;
  }

  /** What matched convolutions have otherwise than the network; nothing if they have not. */
  static Optional<String> differences(NetworkSpec network, Map<String, StoredConvolution> matches) {
    List<Convolution> others =
        network.layers().stream()
            .filter(Convolution.class::isInstance)
            .map(Convolution.class::cast)
            .filter(layer -> matches.containsKey(layer.name()))
            .filter(layer -> !alike(matches.get(layer.name()), layer))
            .toList();
    return others.stream()
        .findFirst()
        .map(
            first ->
                String.format(
                    "%d of %d convolutions have another stride or rate in the file (%s: stride %d,"
                        + " rate %d; here %d and %d): the network answers otherwise than the file's"
                        + " until it is trained",
                    others.size(),
                    matches.size(),
                    first.name(),
                    matches.get(first.name()).stride(),
                    matches.get(first.name()).rate(),
                    first.stride(),
                    first.rate()));
  }

  private void layer(LayerSpec layer) {
    BitSet reads = new BitSet();
    layer.inputs().forEach(name -> reads.or(sources.get(name)));
    sources.put(layer.name(), layer instanceof Convolution c ? find(c, reads) : reads);
  }

  /** What readers of the layer read: nothing of the file if it is not there. */
  private BitSet find(Convolution layer, BitSet reads) {
    BitSet itself = new BitSet();
    IntStream.range(0, stored.size())
        .filter(i -> !taken.get(i))
        .filter(i -> stored.get(i).reads().equals(reads))
        .filter(i -> stored.get(i).weight().hasShape(layer.parameters().get(0).shape()))
        .boxed()
        .min(Comparator.comparing(i -> !alike(stored.get(i), layer)))
        .ifPresent(
            i -> {
              taken.set(i);
              itself.set(i + 1);
              matches.put(layer.name(), stored.get(i));
            });
    return itself;
  }

  private static boolean alike(StoredConvolution there, Convolution here) {
    return there.rate() == here.rate() && there.stride() == here.stride();
  }
}
