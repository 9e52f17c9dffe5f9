package org.deeplabspark.pass;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.DeployMessages.MasterStateResponse;
import org.apache.spark.deploy.DeployMessages.RequestMasterState$;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.util.Utils;
import scala.reflect.ClassTag$;

/** What the workers of a standalone master have free, in the way that Spark's own client asks. */
final class StandaloneWorkers {

  private static final String ENDPOINT = "Master";

  private StandaloneWorkers() {}

  /** A clause for a sentence; empty where the master is of another kind or does not tell. */
  static String sentence(String master) {
    if (!master.startsWith("spark://")) {
      return "";
    }
    return Arrays.stream(Utils.parseStandaloneMasterUrls(master))
        .map(StandaloneWorkers::ask)
        .flatMap(Optional::stream)
        .findFirst()
        .map(StandaloneWorkers::sentence)
        .orElse("");
  }

  private static Optional<MasterStateResponse> ask(String url) {
    try {
      return Optional.of(
          SparkEnv.get()
              .rpcEnv()
              .setupEndpointRef(RpcAddress.fromSparkURL(url), ENDPOINT)
              .askSync(
                  RequestMasterState$.MODULE$, ClassTag$.MODULE$.apply(MasterStateResponse.class)));
    } catch (Exception e) { // What is free is the lesser half of a message that comes in any case.
      return Optional.empty();
    }
  }

  private static String sentence(MasterStateResponse state) {
    WorkerInfo[] alive =
        Arrays.stream(state.workers()).filter(WorkerInfo::isAlive).toArray(WorkerInfo[]::new);
    if (alive.length == 0) {
      return " (it has no worker)";
    }
    return Arrays.stream(alive)
        .map(worker -> worker.coresFree() + " core(s) and " + worker.memoryFree() + "m")
        .distinct()
        .limit(4)
        .collect(Collectors.joining(", ", " (free on its " + alive.length + " worker(s): ", ")"));
  }
}
