package org.deeplabspark.label;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.Utils;
import org.deeplabspark.pass.Activity;
import org.deeplabspark.pass.Attempt;
import org.deeplabspark.pass.CrashJournal;
import org.deeplabspark.pass.PipelineSettings;
import org.deeplabspark.pass.StageClock;
import org.deeplabspark.pass.StageMetrics;
import org.deeplabspark.pass.TaskResources;
import org.deeplabspark.pass.TaskTimes;
import org.deeplabspark.pass.WorkerPool;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.table.StagedRow;

/**
 * Reads, labels and encodes the images of a partition: one row in, one {@link StagedRow} out, in
 * the order in which they are done. A bad image is a row; only what is wrong with the run itself
 * (no engine) fails the task.
 *
 * <p>A task has a worker for each of its cores ({@code spark.task.cpus}), each of which takes one
 * image at a time from its bytes to its encoded mask, and a thread that reads files ahead. While
 * one worker's image is on the device another's is decoded, refined or encoded.
 *
 * <p>Input columns: those of {@code ImageRows.SCHEMA}, then {@code own} and {@code elsewhere}, rows
 * of the output that may be this image's already, and {@code trusted}, whether path, length and
 * time tell that one of its own is.
 */
public final class LabelImages implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final LabelContext work;
  private final String journals;
  private final HashSet<String> lostBefore;
  private final StageClock clock;

  /**
   * Labels with this.
   *
   * @param journals directory of this run's own, on a file system that all executors see, for notes
   *     on images that executors die of; made when it is needed
   * @param lostBefore ids of images that executors died of in earlier runs
   * @param clock takes the tasks' times
   */
  public LabelImages(LabelContext work, String journals, Set<String> lostBefore, StageClock clock) {
    this.work = work;
    this.journals = journals;
    this.lostBefore = new HashSet<>(lostBefore);
    this.clock = clock;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> images) throws IOException {
    TaskContext task = TaskContext.get();
    TaskResources resources = TaskResources.ofThisTask(work.settings());
    Settings settings = resources.settings();
    int workers = resources.threads().workers();
    TaskTimes times = new TaskTimes(StageMetrics.ofThisExecutor());
    ImageLabeller labeller = new ImageLabeller(work, resources, journal(task), times);
    WorkerPool<ImageInput, Row> lane =
        new WorkerPool<>(
            "label " + task.partitionId(),
            inputs(images),
            new Steps(labeller, times),
            workers,
            PipelineSettings.readAheadImages(settings),
            PipelineSettings.readAheadBytes(settings),
            task::killTaskIfInterrupted);
    Rows rows = new Rows(lane, times);
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            ended -> {
              lane.close();
              rows.writtenUntilNow();
              clock.add(
                  times.close(
                      SparkEnv.get().executorId(),
                      Utils.localHostName(),
                      labeller.deviceUsed(),
                      resources.device().gpu(),
                      workers));
            });
    return rows;
  }

  private CrashJournal journal(TaskContext task) throws IOException {
    return CrashJournal.of(
        hadoop(),
        journals,
        task.attemptNumber() > 0 || task.stageAttemptNumber() > 0,
        Attempt.of(task),
        lostBefore);
  }

  private Configuration hadoop() {
    return work.hadoop().value().value();
  }

  private Iterator<ImageInput> inputs(Iterator<Row> images) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public ImageInput next() {
        return new ImageInput(images.next(), work.stored());
      }
    };
  }

  /** What the lane's threads do. */
  private final class Steps implements WorkerPool.Steps<ImageInput, Row> {
    private final ImageLabeller labeller;
    private final TaskTimes times;

    Steps(ImageLabeller labeller, TaskTimes times) {
      this.labeller = labeller;
      this.times = times;
    }

    @Override
    public long weight(ImageInput image) {
      return image.expectedBytes();
    }

    @Override
    public long fetch(ImageInput image) {
      if (image.trusted()) {
        return 0;
      }
      long start = System.nanoTime();
      image.read(work.files());
      times.add(Activity.READ, System.nanoTime() - start);
      return image.failure().isPresent() ? 0 : image.length();
    }

    @Override
    public WorkerPool.Worker<ImageInput, Row> worker() {
      return labeller.worker();
    }
  }

  /**
   * Rows as Spark's writer takes them. The time between one's leaving and the call for the next is
   * the writer's. Counts on the task's own thread: accumulators are not for others.
   */
  private final class Rows implements Iterator<Row> {
    private final WorkerPool<ImageInput, Row> lane;
    private final TaskTimes times;
    private long left = System.nanoTime();

    Rows(WorkerPool<ImageInput, Row> lane, TaskTimes times) {
      this.lane = lane;
      this.times = times;
    }

    void writtenUntilNow() {
      times.add(Activity.WRITE, System.nanoTime() - left);
      left = System.nanoTime();
    }

    @Override
    public boolean hasNext() {
      writtenUntilNow();
      try {
        return lane.hasNext();
      } finally {
        left = System.nanoTime();
      }
    }

    @Override
    public Row next() {
      writtenUntilNow();
      try {
        Row row = lane.next();
        work.done().add(1);
        if (row.getString(0).equals(StagedRow.ERROR)) {
          work.bad().add(1);
        }
        return row;
      } catch (UncheckedIOException e) {
        throw new IllegalStateException("The journal of images at work cannot be written", e);
      } finally {
        left = System.nanoTime();
      }
    }
  }
}
