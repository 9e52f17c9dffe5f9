package org.deeplabspark.crf.device;

import org.deeplabspark.crf.device.Workspace.Array;

/** Arrays that all lattices of a CRF use in turn. */
final class LatticeScratch {

  final Array keys;
  final Array vertexKeys;
  final Array slots;
  final Array slotOf;
  final Array numbers;
  final Array order;
  final Array firsts;
  final Array ones;
  final Array response;
  final Array values;
  final Array blurred;
  final Array partial;

  LatticeScratch(Workspace workspace) {
    keys = workspace.array();
    vertexKeys = workspace.array();
    slots = workspace.array();
    slotOf = workspace.array();
    numbers = workspace.array();
    order = workspace.array();
    firsts = workspace.array();
    ones = workspace.array();
    response = workspace.array();
    values = workspace.array();
    blurred = workspace.array();
    partial = workspace.array();
  }
}
