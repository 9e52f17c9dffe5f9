package org.deeplabspark.crf;

/**
 * The softmax over the labels that are laid out and one number a pixel for all others, a chunk of
 * pixels at a time.
 */
final class TileSoftmax {

  /** Pixels that the loops from slice to softmax take at once. */
  static final int CHUNK = 256;

  /** What is done to a tile's energies at pixels [from, to), {@link #CHUNK} at most. */
  private interface Step {
    void run(int tile, int from, int to, int worker);
  }

  private final Tiles tiles;
  private final WorkerRoom room;
  private final SoftmaxKernels kernels;
  private float[] rest = new float[0];
  private float[] z = new float[0];
  private float watched;

  // Called from one place, they are compiled each on its own: C2 inlines so much bytecode into one
  // method and no more, and boxes the vectors of what is left.
  private final Step[] steps = {this::raise, this::addSums, this::findMaxima};

  TileSoftmax(Tiles tiles, WorkerRoom room, SoftmaxKernels kernels) {
    this.tiles = tiles;
    this.room = room;
    this.kernels = kernels;
  }

  void start(int pixels) {
    if (z.length < pixels + Tiles.ROOM) {
      rest = new float[pixels + Tiles.ROOM];
      z = new float[pixels + Tiles.ROOM];
    }
  }

  /** Sum of the exponentials of labels that are not laid out, [pixel]; live view. */
  float[] rest() {
    return rest;
  }

  /** Sum of all exponentials, [pixel]; live view. */
  float[] z() {
    return z;
  }

  /**
   * Largest marginals after the last softmax, of a tile's labels until all are above what is
   * watched for.
   */
  LaneMaxima maxima() {
    return room.largest();
  }

  /** Forgets the largest marginals. */
  void clearMaxima() {
    room.clear(tiles.labels() + TileLayout.WIDEST);
  }

  /** From now on it matters which labels' marginals are above a value anywhere. */
  void watch(float value) {
    watched = value;
  }

  /**
   * Turns a tile's energies into exponentials in place and adds them up; with the last tile, when z
   * is whole, looks for the largest marginals. At most {@link #CHUNK} pixels.
   */
  void exponentiate(int tile, int from, int to, int worker) {
    for (Step step : steps) {
      step.run(tile, from, to, worker);
    }
  }

  private void raise(int tile, int from, int to, int worker) {
    int lanes = tiles.layout().lanes(tile);
    float[] work = room.maxima(worker).room;
    kernels.exponentiate(tiles.exponentials(tile), from * lanes, to * lanes, work, 0);
  }

  private void addSums(int tile, int from, int to, int worker) {
    if (tile == 0) {
      System.arraycopy(rest, from, z, from, to - from);
    }
    float[] work = room.maxima(worker).room;
    kernels.addSums(tiles.exponentials(tile), tiles.layout().lanes(tile), z, from, to, work);
  }

  private void findMaxima(int lastTile, int from, int to, int worker) {
    if (lastTile != tiles.layout().tiles() - 1) {
      return;
    }
    LaneMaxima largest = room.maxima(worker);
    for (int tile = 0; tile <= lastTile; tile++) {
      largest.offset = tiles.layout().first(tile);
      if (!largest.allAbove(watched, tiles.layout().labelsIn(tile))) {
        tiles.kernels(tile).addMaxima(tiles.exponentials(tile), z, from, to, largest);
      }
    }
    if (tiles.layout().labels().length < tiles.labels()) {
      largest.addRest(rest, z, from, to);
    }
  }

  /** The same for all tiles and pixels; energies of all tiles are there. */
  void exponentiateAll(Crew crew) {
    clearMaxima();
    crew.run(
        Tiles.PARTS,
        (part, worker) -> {
          int to = Tiles.cut(tiles.pixels(), part + 1);
          for (int at = Tiles.cut(tiles.pixels(), part); at < to; at += CHUNK) {
            for (int tile = 0; tile < tiles.layout().tiles(); tile++) {
              exponentiate(tile, at, Math.min(to, at + CHUNK), worker);
            }
          }
        });
  }
}
