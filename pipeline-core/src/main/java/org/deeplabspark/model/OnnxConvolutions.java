package org.deeplabspark.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx;

/**
 * The convolutions of an ONNX graph and what each reads. Every other operator hands on what it
 * reads, so that activations, poolings and sums do not matter.
 */
final class OnnxConvolutions {

  /** Sets of convolutions are kept for each; larger graphs are of no network here. */
  private static final int MOST_NODES = 20_000;

  private final Map<String, StoredTensor> tensors = new HashMap<>();
  private final Map<String, BitSet> sources = new HashMap<>();
  private final List<StoredConvolution> convolutions = new ArrayList<>();

  /** Walks a graph, whose nodes the format puts behind those that they read. */
  OnnxConvolutions(Onnx.GraphProto graph) {
    if (graph.getNodeCount() > MOST_NODES) {
      return;
    }
    graph
        .getInitializerList()
        .forEach(tensor -> tensors.put(tensor.getName(), OnnxInitializers.tensor(tensor)));
    BitSet input = new BitSet();
    input.set(0);
    graph.getInputList().stream()
        .filter(value -> !tensors.containsKey(value.getName()))
        .forEach(value -> sources.put(value.getName(), input));
    graph.getNodeList().forEach(this::walk);
  }

  List<StoredConvolution> convolutions() {
    return convolutions;
  }

  private void walk(Onnx.NodeProto node) {
    BitSet reads = new BitSet();
    node.getInputList().forEach(name -> reads.or(sources.getOrDefault(name, new BitSet())));
    // Arrays that are equal are stored once, and shared through Identity.
    StoredTensor first = node.getInputCount() > 0 ? tensors.get(node.getInput(0)) : null;
    if (node.getOpType().equals("Identity") && first != null) {
      node.getOutputList().forEach(name -> tensors.put(name, first));
    } else if (node.getOpType().equals("Constant")) {
      attribute(node, "value")
          .ifPresent(
              value ->
                  node.getOutputList()
                      .forEach(
                          name ->
                              tensors.put(
                                  name, OnnxInitializers.tensor(value.getT()).named(name))));
    } else if (node.getOpType().equals("Conv")
        && node.getInputCount() > 1
        && tensors.containsKey(node.getInput(1))) {
      convolution(node, reads);
      return;
    }
    node.getOutputList().forEach(name -> sources.put(name, reads));
  }

  private void convolution(Onnx.NodeProto node, BitSet reads) {
    Optional<StoredTensor> bias =
        node.getInputCount() > 2
            ? Optional.ofNullable(tensors.get(node.getInput(2)))
            : Optional.empty();
    convolutions.add(
        new StoredConvolution(
            tensors.get(node.getInput(1)),
            bias,
            reads,
            first(node, "strides"),
            first(node, "dilations")));
    BitSet itself = new BitSet();
    itself.set(convolutions.size());
    node.getOutputList().forEach(name -> sources.put(name, itself));
  }

  private static int first(Onnx.NodeProto node, String name) {
    return attribute(node, name)
        .filter(attribute -> attribute.getIntsCount() > 0)
        .map(attribute -> (int) attribute.getInts(0))
        .orElse(1);
  }

  private static Optional<Onnx.AttributeProto> attribute(Onnx.NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }
}
