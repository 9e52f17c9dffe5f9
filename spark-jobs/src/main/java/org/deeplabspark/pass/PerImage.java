package org.deeplabspark.pass;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.segment.StageException;
import org.deeplabspark.source.ReadFailure;

/**
 * What a pass does with each image: a row, whatever becomes of it. Each worker of a task has one of
 * its own, and calls it from its own thread.
 */
public interface PerImage {

  /** Makes them, on executors. */
  interface Factory extends Serializable {

    /** Whether an image's file is read before it is worked on. */
    default boolean reads(LoadedImage image) {
      return true;
    }

    /**
     * One for a worker that begins.
     *
     * @param task of the worker
     * @param times takes what the stages take
     */
    PerImage open(TaskResources task, TaskTimes times);
  }

  /** Where the network runs. */
  String device();

  /** Where the CRF runs; empty without. */
  default String crfDevice() {
    return "";
  }

  /** The row of an image that needs no work, found without the network. */
  default Optional<Row> known(LoadedImage image) {
    return Optional.empty();
  }

  /** The row of an image that was read; what is thrown makes it a failed one. */
  Row work(LoadedImage image) throws StageException, ReadFailure, MalformedImageException;

  /** The row of an image that failed, in reading or in work. */
  Row failed(LoadedImage image, ImageFailure failure);

  /** Drops what a failure may have left half written. */
  void renew();

  /** After the last image, unless the task broke off. */
  default void end() {}
}
