package org.deeplabspark.train;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** What a training leaves on disk as it runs: checkpoints, and its curve in one or two formats. */
final class TrainingRecord {

  private final TrainingFolder folder;
  private final TrainingCurve curve;
  private final Optional<TensorBoardFolder> board;

  TrainingRecord(TrainingFolder folder, TrainingCurve curve, Optional<TensorBoardFolder> board) {
    this.folder = folder;
    this.curve = curve;
    this.board = board;
  }

  /** Notes a row of the curve; it is written with the next checkpoint. */
  void add(TrainProgress progress, Optional<Validation> validation) {
    curve.add(progress, validation);
    board.ifPresent(events -> events.add(progress, validation.orElse(null)));
  }

  /** Events come last: without their checkpoint, they would be those of another training. */
  void save(TrainingState state) throws IOException {
    folder.save(state, curve);
    if (board.isPresent()) {
      board.get().write(state.header().done());
    }
  }

  void finish(int done, Map<String, String> whole) throws IOException {
    folder.finish(curve, done, whole);
    if (board.isPresent()) {
      board.get().write(done);
    }
  }
}
