package org.deeplabspark.pass;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.deeplabspark.engine.EngineSettings;

/**
 * The device of a task: the GPU that Spark has assigned to it, where it has.
 *
 * @param gpu address that Spark gave, empty without
 * @param settings of the engine to share
 */
public record TaskDevice(String gpu, EngineSettings settings) {

  /**
   * Chooses.
   *
   * @param asked {@code engine.*}; {@code cpu} and {@code cuda:N} stand, {@code auto} and {@code
   *     cuda} take the assigned GPU
   * @param resources of the task
   * @throws IllegalArgumentException if an assigned address is not the number of a device
   */
  static TaskDevice of(EngineSettings asked, Map<String, ResourceInformation> resources) {
    ResourceInformation given = resources.get("gpu");
    if (given == null || given.addresses().length == 0) {
      return new TaskDevice("", asked);
    }
    String address = given.addresses()[0];
    if (!asked.device().equals("auto") && !asked.device().equals("cuda")) {
      return new TaskDevice(address, asked);
    }
    if (!address.matches("\\d{1,3}")) {
      throw new IllegalArgumentException(
          "Invalid GPU address: must be the number of a device, as scripts/gpu-discovery prints, got "
              + address);
    }
    return new TaskDevice(address, asked.on(asked.device() + ":" + address));
  }

  /** Number of the GPU for what else the task runs there: the assigned one, or the network's. */
  int gpuNumber() {
    return gpu.matches("\\d{1,3}") ? Integer.parseInt(gpu) : settings.cudaIndex();
  }
}
