package org.deeplabspark.pass;

import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.device.SharedDeviceCrf;
import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.segment.CpuRefiner;
import org.deeplabspark.segment.DeviceRefiner;
import org.deeplabspark.segment.Refiner;
import org.deeplabspark.settings.CrfDevice;
import org.deeplabspark.settings.PassSettings;

/**
 * What Spark gave a task: its cores and, where it schedules GPUs, one of them.
 *
 * @param threads shares of the cores
 * @param settings with these threads in the place of what was asked
 * @param device where the network runs
 */
public record TaskResources(TaskThreads threads, PassSettings settings, TaskDevice device) {

  /**
   * Of the task that calls.
   *
   * @throws IllegalArgumentException if an assigned GPU's address is not the number of a device
   */
  public static TaskResources ofThisTask(PassSettings asked) {
    TaskContext task = TaskContext.get();
    TaskThreads threads = TaskThreads.of(asked, task.cpus());
    PassSettings settings = asked.onThreads(threads.engine(), threads.crf());
    return new TaskResources(
        threads, settings, TaskDevice.of(settings.engine(), task.resourcesJMap()));
  }

  /** The engine that all tasks of this executor share on that device. */
  public SegmentationEngine engine(SharedModel model) {
    return Engines.shared(model.model(), device.settings());
  }

  /**
   * A refiner for a worker: on the device that all tasks of this executor share, or on its cores.
   *
   * @param runs CRF settings to refine with, on the threads of this task
   * @throws IllegalArgumentException if a device is required and there is none
   */
  public Refiner refiner(CrfRuns runs, SharedModel model) {
    CrfDevice asked = settings.crfDevice();
    Optional<SharedDeviceCrf> crf = crfOnDevice(runs, model);
    if (crf.isEmpty()) {
      return new CpuRefiner(runs);
    }
    return new DeviceRefiner(crf.get(), asked.isRequired() ? null : () -> new CpuRefiner(runs));
  }

  /** Name of the device that such a refiner uses, {@code cpu} without one. */
  public String crfDevice(CrfRuns runs, SharedModel model) {
    return crfOnDevice(runs, model).map(SharedDeviceCrf::device).orElse("cpu");
  }

  /** Where the CRF of the settings would run, with what it would take; empty where it is off. */
  String describeCrf(SharedModel model) {
    if (settings.crf() == null) {
      return "";
    }
    return crfOnDevice(CrfRuns.of(List.of(settings.crf())), model)
        .map(
            crf ->
                String.format(
                    "%s, up to %d MiB of it, at most %d images at once",
                    crf.device(), crf.budgetBytes() >> 20, settings.crfDevice().batch()))
        .orElse("cpu");
  }

  private Optional<SharedDeviceCrf> crfOnDevice(CrfRuns runs, SharedModel model) {
    return settings.crfDevice().isWanted()
        ? CrfDevices.shared(
            device.gpuNumber(), runs, model.card().classes().size(), settings.crfDevice())
        : Optional.empty();
  }
}
