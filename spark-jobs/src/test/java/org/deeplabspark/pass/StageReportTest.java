package org.deeplabspark.pass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageReportTest {

  /** Images and seconds of one run whose worker time is 100 s unless a row says otherwise. */
  private record Times(
      String device,
      long images,
      double list,
      double read,
      double decode,
      double infer,
      double crf,
      double encode,
      double write,
      double idle) {

    String verdict() {
      Map<Activity, Double> times =
          Map.of(
              Activity.READ, read,
              Activity.DECODE, decode,
              Activity.INFER, infer,
              Activity.CRF, crf,
              Activity.ENCODE, encode,
              Activity.WRITE, write,
              Activity.IDLE, idle);
      int plus = device.indexOf(" + ");
      String network = plus < 0 ? device : device.substring(0, plus);
      String crfDevice = plus < 0 ? "cpu" : device.substring(plus + 3);
      StageClock clock = new StageClock();
      clock.add(new ExecutorTimes("0", "here", network, crfDevice, "", 1, images, times));
      // As many files are found as are worked on, but 1,000 where nothing is left to do.
      return StageReport.of(
              new StageReport.DriverSeconds(100, list, 99), images == 0 ? 1000 : images, clock)
          .verdict();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // device | images | list, read, decode, infer, crf, encode, write, idle | verdict
        "cpu | 20 | 1 | 3 | 5 | 10 | 71 | 4 | 2 | 10 | CRF-bound: 71 % of task time; add cores, or GPUs that it can run on (crf.device)",
        "cuda:0 + cpu | 20 | 1 | 3 | 5 | 10 | 71 | 4 | 2 | 10 | CRF-bound: 71 % of task time; add cores, or GPUs that it can run on (crf.device)",
        "cpu + opencl:0 X | 20 | 1 | 3 | 5 | 10 | 71 | 4 | 2 | 10 | GPU-bound: 71 % of task time in the CRF; add GPUs, not cores",
        "cpu | 99 | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10 | Network-bound: 60 % of task time, on CPUs; add a GPU, or cores",
        "cuda:1 | 99 | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10 | GPU-bound: 60 % of task time; add GPUs, not cores",
        "cpu | 99 | 1 | 3 | 70 | 10 | 10 | 5 | 2 | 5 | Decode-bound: 70 % of task time; add cores",
        "cpu | 99 | 1 | 3 | 5 | 10 | 10 | 70 | 2 | 5 | Encode-bound: 70 % of task time; add cores",
        "cpu | 99 | 1 | 50 | 5 | 10 | 10 | 5 | 2 | 70 | Read-bound: workers waited 70 % of task time; a faster store, or more segment.read-ahead-images",
        "cpu | 99 | 1 | 3 | 5 | 10 | 10 | 5 | 50 | 70 | Write-bound: workers waited 70 % of task time; a faster store for the output",
        "cpu | 99 | 1 | 3 | 5 | 10 | 10 | 5 | 3 | 70 | Start-bound: workers waited 70 % of task time; too few images a task to say more",
        "cpu | 20 | 90 | 0 | 1 | 1 | 1 | 1 | 0 | 1 | Listing-bound: 90 % of the run; give the files as a list (--files-from)",
        "cpu | 19 | 1 | 3 | 5 | 10 | 71 | 4 | 2 | 10 | Too short to judge: 19 images in 100.0 s of task time",
        "cpu | 99 | 1 | 3 | 1 | 1 | 25 | 1 | 2 | 1.9 | Too short to judge: 99 images in 29.9 s of task time",
        "cpu | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | No image needed work",
      })
  void theVerdictNamesWhatMostTimeWentInto(
      String device,
      long images,
      double list,
      double read,
      double decode,
      double infer,
      double crf,
      double encode,
      double write,
      double idle,
      String verdict) {
    assertThat(
            new Times(device, images, list, read, decode, infer, crf, encode, write, idle)
                .verdict())
        .isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // What the verdict is not | device | images | list, read, decode, infer, crf, encode,
        // write, idle
        "CRF-bound | cpu | 99 | 1 | 3 | 5 | 41 | 40 | 4 | 2 | 10", // more in the network
        "CRF-bound | cpu + cuda:0 X | 99 | 1 | 3 | 5 | 20 | 60 | 5 | 2 | 10", // on a GPU
        "GPU-bound | cuda:0 + cpu | 99 | 1 | 3 | 5 | 20 | 60 | 5 | 2 | 10", // on cores
        "CRF-bound | cpu | 3 | 1 | 0 | 1 | 1 | 9 | 1 | 0 | 1", // three images
        "Network-bound | cuda:0 | 99 | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10", // on a GPU
        "Network-bound | cpu | 99 | 1 | 3 | 5 | 20 | 60 | 5 | 2 | 10", // more in the CRF
        "GPU-bound | cpu | 99 | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10", // no GPU
        "GPU-bound | cuda:0 | 19 | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10", // few images
        "Decode-bound | cpu | 99 | 1 | 3 | 40 | 10 | 10 | 5 | 2 | 41", // more waiting
        "Encode-bound | cpu | 99 | 1 | 3 | 5 | 41 | 10 | 40 | 2 | 5", // more in the network
        "Read-bound | cpu | 99 | 1 | 35 | 5 | 10 | 10 | 5 | 2 | 70", // reading is half of the wait
        "Read-bound | cpu | 99 | 1 | 99 | 5 | 60 | 10 | 5 | 2 | 20", // read ahead in time
        "Write-bound | cpu | 99 | 1 | 3 | 5 | 10 | 10 | 5 | 35 | 70", // writing is half of the wait
        "Start-bound | cpu | 99 | 1 | 36 | 5 | 10 | 10 | 5 | 3 | 70", // it is reading
        "Start-bound | cpu | 3 | 1 | 3 | 5 | 10 | 10 | 5 | 3 | 70", // three images
        "Listing-bound | cpu | 99 | 0 | 0 | 1 | 1 | 1 | 1 | 0 | 1", // a list was given
        "Listing-bound | cpu | 3 | 90 | 0 | 1 | 1 | 1 | 1 | 0 | 1", // three files
        "Listing-bound | cpu | 0 | 90 | 0 | 0 | 0 | 0 | 0 | 0 | 0", // nothing to do
        "Listing-bound | cpu | 99 | 49 | 0 | 1 | 1 | 1 | 1 | 0 | 1", // less than half of the run
        "Listing-bound | cpu | 99 | 90 | 0 | 20 | 20 | 20 | 20 | 0 | 20", // less than the work
        "Too short | cpu | 20 | 1 | 0 | 1 | 1 | 26 | 1 | 0 | 1", // long enough
        "No image | cpu | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0", // one did
      })
  void theVerdictIsNotSaidWhereItDoesNotHold(
      String other,
      String device,
      long images,
      double list,
      double read,
      double decode,
      double infer,
      double crf,
      double encode,
      double write,
      double idle) {
    assertThat(
            new Times(device, images, list, read, decode, infer, crf, encode, write, idle)
                .verdict())
        .doesNotStartWith(other);
  }

  @Test
  void listingOfSecondsIsNotCalledABottleneck() {
    StageReport report =
        StageReport.of(new StageReport.DriverSeconds(30, 29, 29), 1000, new StageClock());
    assertThat(report.verdict()).doesNotContain("Listing");
    StageClock clock = new StageClock();
    clock.add(times("0", "", 0.5));
    assertThat(StageReport.of(new StageReport.DriverSeconds(31, 29.5, 30), 1000, clock).verdict())
        .startsWith("Too short");
    assertThat(StageReport.of(new StageReport.DriverSeconds(31, 30.5, 30.6), 1000, clock).verdict())
        .startsWith("Listing-bound: 98 %");
  }

  @Test
  void recordsOfSeveralRunsAreJudgedTogether() {
    List<JsonNode> records = new ArrayList<>();
    for (int run = 0; run < 5; run++) {
      StageClock clock = new StageClock();
      clock.add(times("0", "1", 7));
      ObjectNode record = new ObjectMapper().createObjectNode();
      record.putObject("counts").put("images", 4);
      StageReport.of(new StageReport.DriverSeconds(9, 2, 3), 4, clock)
          .addTo(record.putObject("timings"), record.putArray("executors"));
      assertThat(record.at("/timings/verdict").asText()).startsWith("Too short");
      records.add(record);
    }
    records.add(new ObjectMapper().createObjectNode());

    StageReport all = StageReport.ofRecords(records);

    assertThat(all.driver()).isEqualTo(new StageReport.DriverSeconds(45, 10, 15));
    assertThat(all.found()).isEqualTo(20);
    assertThat(all.executors()).hasSize(1);
    assertThat(all.verdict())
        .isEqualTo(
            "CRF-bound: 100 % of task time; add cores, or GPUs that it can run on (crf.device)");
  }

  @Test
  void executorsAreSummedApartAndTogether() {
    StageClock clock = new StageClock();
    StageClock task = clock.copy();
    task.add(times("0", "", 2));
    clock.merge(task);
    task.reset();
    task.add(times("1", "0", 3));
    clock.merge(task);
    clock.merge(task);
    ObjectNode record = new ObjectMapper().createObjectNode();

    StageReport.of(new StageReport.DriverSeconds(10, 1, 2), 12, clock)
        .addTo(record.putObject("timings"), record.putArray("executors"));

    assertThat(record.at("/timings/crf_task_seconds").asDouble()).isEqualTo(8);
    assertThat(record.at("/timings/list_seconds").asDouble()).isEqualTo(1);
    assertThat(record.at("/timings/work_list_seconds").asDouble()).isEqualTo(2);
    assertThat(record.at("/executors/0/crf_task_seconds").asDouble()).isEqualTo(2);
    assertThat(record.at("/executors/0/gpu_address").isNull()).isTrue();
    assertThat(record.at("/executors/1/crf_task_seconds").asDouble()).isEqualTo(6);
    assertThat(record.at("/executors/1/gpu_address").asText()).isEqualTo("0");
    assertThat(record.at("/executors/1/tasks").asInt()).isEqualTo(2);
    assertThat(task.isZero()).isFalse();
  }

  private static ExecutorTimes times(String executor, String gpu, double crf) {
    return new ExecutorTimes(executor, "here", "cpu", "", gpu, 1, 4, Map.of(Activity.CRF, crf));
  }
}
