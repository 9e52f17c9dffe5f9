package org.deeplabspark.pass;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.source.ReadFailure;
import org.deeplabspark.table.ErrorRow;

/**
 * Works on images so that whatever becomes of one of them is its result. An image that finds no
 * memory is tried once more while no other is worked on in this executor; one that executors died
 * of is worked on alone, and then not any more.
 */
public final class ImageAttempts {

  /** For work that executors do not die of: no notes are taken. */
  public static final ImageAttempts WITHOUT_JOURNAL = new ImageAttempts(CrashJournal.NONE);

  /** What is done with an image. */
  public interface Work<O> {
    /** The image's result; what is thrown is its failure. */
    O run() throws StageException, ReadFailure, MalformedImageException;
  }

  /** Stages that leave a workspace half written where they fail. */
  private static final Set<Stage> DIRTY = EnumSet.of(Stage.INFER, Stage.CRF, Stage.ENCODE);

  private final CrashJournal journal;

  ImageAttempts(CrashJournal journal) {
    this.journal = journal;
  }

  /**
   * An image's result, in one or two attempts.
   *
   * @param stage of failures that do not say theirs
   * @param renew called after a failure that may have left the worker's state half written
   * @param failed the result of an image that failed
   */
  public <O> O result(
      String imageId, Stage stage, Work<O> work, Runnable renew, Function<ImageFailure, O> failed) {
    CrashJournal.Verdict verdict = journal.verdict(imageId);
    if (verdict == CrashJournal.Verdict.GUILTY) {
      return failed.apply(
          new ImageFailure(
              Stage.INFER,
              ErrorRow.EXECUTOR_LOST,
              "Executors died each time they worked on it, at last on nothing else"));
    }
    boolean alone = verdict == CrashJournal.Verdict.SUSPECT;
    try {
      return attempt(imageId, alone, work);
    } catch (Throwable e) { // most likely out of memory, which any line can meet
      ImageFailure failure = failure(stage, e);
      if (DIRTY.contains(failure.stage()) || failure.lacksMemory()) {
        renew.run();
      }
      if (!failure.lacksMemory()) {
        return failed.apply(failure);
      }
    }
    // It may have wanted no more than its share, beside images that did.
    try {
      return attempt(imageId, true, work);
    } catch (Throwable e) {
      renew.run();
      return failed.apply(failure(stage, e));
    }
  }

  private static ImageFailure failure(Stage stage, Throwable thrown) {
    if (thrown instanceof JournalException e) { // of the run, not of the image
      throw e;
    }
    return ImageFailure.of(stage, thrown);
  }

  private <O> O attempt(String imageId, boolean alone, Work<O> work)
      throws StageException, ReadFailure, MalformedImageException {
    Lock lock = alone ? ExecutorLock.alone() : ExecutorLock.beside();
    lock.lock();
    try {
      note(() -> journal.enter(imageId, alone));
      try {
        return work.run();
      } finally {
        note(() -> journal.leave(imageId));
      }
    } finally {
      lock.unlock();
    }
  }

  private interface Note {
    void write() throws IOException;
  }

  private static void note(Note note) {
    try {
      note.write();
    } catch (IOException e) {
      throw new JournalException(e);
    }
  }

  private static final class JournalException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    JournalException(IOException cause) {
      super("The journal of images at work cannot be written", cause);
    }
  }
}
