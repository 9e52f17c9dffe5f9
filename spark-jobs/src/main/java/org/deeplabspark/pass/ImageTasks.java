package org.deeplabspark.pass;

import java.io.IOException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.Utils;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.segment.Stage;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.settings.PassSettings;
import org.deeplabspark.source.InputFiles;
import org.deeplabspark.source.ReadFailure;

/**
 * A pass over the images of a partition: one row in, one row out, in the order in which they are
 * done. A bad image is a row; only what is wrong with the run itself (no engine) fails the task.
 *
 * <p>A task has a worker for each of its cores ({@code spark.task.cpus}), each of which takes one
 * image at a time from its bytes to its row, and a thread that reads files ahead. While one
 * worker's image is on the device another's is decoded, refined or encoded.
 */
final class ImageTasks implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  /**
   * What all tasks of a pass share.
   *
   * @param settings as they were asked for
   * @param files opens the images
   * @param stored whether rows carry the images' content
   * @param journals directory of this run's own, on a file system that all executors see, for notes
   *     on images that executors die of; made when it is needed
   * @param lostBefore ids of images that executors died of in earlier runs
   * @param clock takes the tasks' times
   * @param done counts images as they are done; for the progress line only, since a repeated task
   *     counts again
   * @param bad counts those among them that failed; likewise
   */
  record Shared(
      PassSettings settings,
      InputFiles files,
      boolean stored,
      String journals,
      HashSet<String> lostBefore,
      StageClock clock,
      LongAccumulator done,
      LongAccumulator bad)
      implements Serializable {}

  private record Done(Row row, boolean failed) {}

  private final Shared shared;
  private final PerImage.Factory perImage;

  ImageTasks(Shared shared, PerImage.Factory perImage) {
    this.shared = shared;
    this.perImage = perImage;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> images) throws IOException {
    TaskContext task = TaskContext.get();
    TaskResources resources = TaskResources.ofThisTask(shared.settings());
    int workers = resources.threads().workers();
    TaskTimes times = new TaskTimes(StageMetrics.ofThisExecutor());
    Steps steps = new Steps(resources, new ImageAttempts(journal(task)), times);
    WorkerPool<LoadedImage, Done> pool =
        new WorkerPool<>(
            "images " + task.partitionId(),
            loaded(images),
            steps,
            workers,
            shared.settings().readAheadImages(),
            shared.settings().readAheadBytes(),
            task::killTaskIfInterrupted);
    Rows rows = new Rows(pool, times);
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            ended -> {
              pool.close();
              rows.writtenUntilNow();
              shared
                  .clock()
                  .add(
                      times.close(
                          SparkEnv.get().executorId(),
                          Utils.localHostName(),
                          steps.device,
                          steps.crfDevice,
                          resources.device().gpu(),
                          workers));
            });
    return rows;
  }

  private CrashJournal journal(TaskContext task) throws IOException {
    return CrashJournal.of(
        shared.files().hadoop(),
        shared.journals(),
        task.attemptNumber() > 0 || task.stageAttemptNumber() > 0,
        Attempt.of(task),
        shared.lostBefore());
  }

  private static Iterator<LoadedImage> loaded(Iterator<Row> images) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public LoadedImage next() {
        return new LoadedImage(images.next());
      }
    };
  }

  /** What the pool's threads do. */
  private final class Steps implements WorkerPool.Steps<LoadedImage, Done> {
    private final TaskResources resources;
    private final ImageAttempts attempts;
    private final TaskTimes times;
    private volatile String device = "";
    private volatile String crfDevice = "";

    Steps(TaskResources resources, ImageAttempts attempts, TaskTimes times) {
      this.resources = resources;
      this.attempts = attempts;
      this.times = times;
    }

    @Override
    public long weight(LoadedImage image) {
      return image.length() == null || !perImage.reads(image) ? 0 : image.length();
    }

    @Override
    public long fetch(LoadedImage image) {
      if (!perImage.reads(image)) {
        return 0;
      }
      long start = System.nanoTime();
      image.read(shared.files(), shared.stored());
      times.add(Activity.READ, System.nanoTime() - start);
      return image.failure().isPresent() ? 0 : image.length();
    }

    @Override
    public WorkerPool.Worker<LoadedImage, Done> worker() {
      PerImage worker = perImage.open(resources, times);
      device = worker.device();
      crfDevice = worker.crfDevice();
      return new WorkerPool.Worker<>() {
        @Override
        public Done work(LoadedImage image) {
          times.image();
          return done(worker, image);
        }

        @Override
        public void end() {
          worker.end();
        }
      };
    }

    private Done done(PerImage worker, LoadedImage image) {
      if (image.failure().isPresent()) {
        ImageFailure failure = ImageFailure.of(Stage.READ, image.failure().get());
        return new Done(worker.failed(image, failure), true);
      }
      Function<ImageFailure, Done> failed =
          failure -> new Done(worker.failed(image, failure), true);
      try {
        Optional<Row> known = worker.known(image);
        if (known.isPresent()) {
          return new Done(known.get(), false);
        }
      } catch (RuntimeException | Error e) {
        return failed.apply(ImageFailure.of(Stage.READ, e));
      }
      return attempts.result(
          image.imageId(),
          Stage.ENCODE,
          () -> new Done(timed(worker, image), false),
          worker::renew,
          failed);
    }

    /** All of a failed image's time goes to the stage that failed. */
    private Row timed(PerImage worker, LoadedImage image)
        throws StageException, ReadFailure, MalformedImageException {
      long start = System.nanoTime();
      try {
        return worker.work(image);
      } catch (StageException e) {
        Activity.of(e.stage()).ifPresent(busy -> times.add(busy, System.nanoTime() - start));
        throw e;
      }
    }
  }

  /**
   * Rows as Spark's writer takes them. The time between one's leaving and the call for the next is
   * the writer's. Counts on the task's own thread: accumulators are not for others.
   */
  private final class Rows implements Iterator<Row> {
    private final WorkerPool<LoadedImage, Done> pool;
    private final TaskTimes times;
    private long left = System.nanoTime();

    Rows(WorkerPool<LoadedImage, Done> pool, TaskTimes times) {
      this.pool = pool;
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
        return pool.hasNext();
      } finally {
        left = System.nanoTime();
      }
    }

    @Override
    public Row next() {
      writtenUntilNow();
      try {
        Done result = pool.next();
        shared.done().add(1);
        if (result.failed()) {
          shared.bad().add(1);
        }
        return result.row();
      } finally {
        left = System.nanoTime();
      }
    }
  }
}
