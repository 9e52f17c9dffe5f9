package org.deeplabspark.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.deeplabspark.executor.Activity;
import org.deeplabspark.executor.ExecutorTimes;
import org.deeplabspark.executor.StageClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageReportTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // device | list, read, decode, infer, crf, encode, write, idle | verdict
        "cpu | 1 | 3 | 5 | 10 | 71 | 4 | 2 | 10 | CRF-bound: 71 % of task time; add cores, not GPUs",
        "cpu | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10 | Network-bound: 60 % of task time, on CPUs; add a GPU, or cores",
        "cuda:1 | 1 | 3 | 5 | 60 | 20 | 5 | 2 | 10 | GPU-bound: 60 % of task time; add GPUs, not cores",
        "cpu | 1 | 3 | 70 | 10 | 10 | 5 | 2 | 5 | Decode-bound: 70 % of task time; add cores",
        "cpu | 1 | 3 | 5 | 10 | 10 | 70 | 2 | 5 | Encode-bound: 70 % of task time; add cores",
        "cpu | 1 | 50 | 5 | 10 | 10 | 5 | 2 | 70 | Read-bound: workers waited 70 % of task time; a faster store, or more segment.read-ahead-images",
        "cpu | 1 | 3 | 5 | 10 | 10 | 5 | 50 | 70 | Write-bound: workers waited 70 % of task time; a faster store for the output",
        "cpu | 1 | 3 | 5 | 10 | 10 | 5 | 3 | 70 | Start-bound: workers waited 70 % of task time; too few images a task to say more",
        "cpu | 90 | 0 | 1 | 1 | 1 | 1 | 0 | 1 | Listing-bound: 90 % of the run; give the files as a list (--files-from)",
        "cpu | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | No image needed work",
      })
  void theVerdictNamesWhatMostTimeWentInto(
      String device,
      double list,
      double read,
      double decode,
      double infer,
      double crf,
      double encode,
      double write,
      double idle,
      String verdict) {
    Map<Activity, Double> times =
        Map.of(
            Activity.READ, read,
            Activity.DECODE, decode,
            Activity.INFER, infer,
            Activity.CRF, crf,
            Activity.ENCODE, encode,
            Activity.WRITE, write,
            Activity.IDLE, idle);
    StageClock clock = new StageClock();
    clock.add(new ExecutorTimes("0", "here", device, "", 1, 1, times));

    StageReport report = StageReport.of(100, list, clock);

    assertThat(report.verdict()).isEqualTo(verdict);
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

    StageReport.of(10, 1, clock).addTo(record.putObject("timings"), record.putArray("executors"));

    assertThat(record.at("/timings/crf_task_seconds").asDouble()).isEqualTo(8);
    assertThat(record.at("/timings/list_seconds").asDouble()).isEqualTo(1);
    assertThat(record.at("/executors/0/crf_task_seconds").asDouble()).isEqualTo(2);
    assertThat(record.at("/executors/0/gpu_address").isNull()).isTrue();
    assertThat(record.at("/executors/1/crf_task_seconds").asDouble()).isEqualTo(6);
    assertThat(record.at("/executors/1/gpu_address").asText()).isEqualTo("0");
    assertThat(record.at("/executors/1/tasks").asInt()).isEqualTo(2);
    assertThat(task.isZero()).isFalse();
  }

  private static ExecutorTimes times(String executor, String gpu, double crf) {
    return new ExecutorTimes(executor, "here", "cpu", gpu, 1, 4, Map.of(Activity.CRF, crf));
  }
}
