package org.deeplabspark.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.OutputDirectory;
import org.deeplabspark.io.PathText;
import org.deeplabspark.io.RunIds;
import org.deeplabspark.io.RunLock;

/**
 * The right to write a model and the folder of its training, which one training has at a time: the
 * lock of {@code segment}, in {@code .MODEL.lock} beside the model, which is renamed into place,
 * and in {@code .lock} within the folder.
 */
final class TrainLock implements AutoCloseable {

  private final List<Held> held = new ArrayList<>();

  /** A place that is locked, and where its lock is. */
  private record Locked(Path place, OutputDirectory directory) {}

  private record Held(RunLock lock, Locked locked) {}

  private TrainLock() {}

  /**
   * Takes both.
   *
   * @throws IllegalStateException naming the training that has one of them
   */
  static TrainLock take(Configuration hadoop, TrainOptions options) throws IOException {
    TrainLock locks = new TrainLock();
    try {
      for (Locked locked : places(hadoop, options)) {
        try {
          RunLock lock =
              RunLock.take(locked.directory(), locked.place(), options.safeguards().lockStale());
          locks.held.add(new Held(lock, locked));
        } catch (IOException | RuntimeException e) {
          tidy(locked);
          throw e;
        }
      }
      return locks;
    } catch (IOException | RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  /**
   * Looks whether both could be taken, before anything is claimed for the training.
   *
   * @throws IllegalStateException as {@link #take}
   */
  static void look(Configuration hadoop, TrainOptions options) throws IOException {
    for (Locked locked : places(hadoop, options)) {
      OutputDirectory directory = locked.directory();
      if (directory.fileSystem().exists(directory.root())) {
        try {
          RunLock.look(directory, locked.place(), options.safeguards().lockStale());
        } finally {
          tidy(locked);
        }
      }
    }
  }

  /**
   * Checks that they are still this training's.
   *
   * @throws RunLock.LostException if not
   */
  void check() throws IOException {
    for (Held one : held) {
      one.lock().check();
    }
  }

  @Override
  public void close() throws IOException {
    for (Held one : held) {
      one.lock().close();
      tidy(one.locked());
    }
  }

  private static void tidy(Locked locked) throws IOException {
    locked.directory().deleteStaging();
    locked.directory().deleteIfEmpty();
    FileSystem fs = locked.directory().fileSystem();
    boolean within = locked.place().equals(locked.directory().root().getParent());
    // A training that was refused leaves no empty folder.
    if (within && fs.exists(locked.place()) && fs.listStatus(locked.place()).length == 0) {
      fs.delete(locked.place(), false);
    }
  }

  private static List<Locked> places(Configuration hadoop, TrainOptions options)
      throws IOException {
    String run = RunIds.next();
    Path model = qualified(hadoop, options.output());
    Path folder = qualified(hadoop, options.checkpoints().place());
    return List.of(
        locked(hadoop, model, new Path(model.getParent(), "." + model.getName() + ".lock"), run),
        locked(hadoop, folder, new Path(folder, ".lock"), run));
  }

  private static Path qualified(Configuration hadoop, String place) throws IOException {
    Path path = PathText.parse(place);
    FileSystem fs = path.getFileSystem(hadoop);
    return fs.makeQualified(path);
  }

  private static Locked locked(Configuration hadoop, Path place, Path lock, String run)
      throws IOException {
    return new Locked(
        place, OutputDirectory.open(hadoop, lock.toString(), run, OutputDirectory.Owner.SEGMENT));
  }
}
