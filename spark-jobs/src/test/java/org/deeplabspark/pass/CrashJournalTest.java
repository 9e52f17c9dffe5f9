package org.deeplabspark.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.TaskEndReason;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.deeplabspark.pass.CrashJournal.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashJournalTest {

  private static final TaskEndReason LOST =
      new ExecutorLostFailure("1", true, scala.Option.apply("exit code 134"));

  @TempDir Path dir;

  @Test
  void anImageIsGuiltyOnceAnExecutorWasLostOverItAlone() throws IOException {
    CrashJournal first = of(false, 1);
    first.enter("poison", false);
    assertThat(dir.resolve("notes")).as("a first attempt writes nothing").doesNotExist();
    ended(1, LOST);

    CrashJournal second = of(true, 2);
    assertThat(second.verdict("poison")).isEqualTo(Verdict.FREE);
    second.enter("good", false);
    second.leave("good");
    second.enter("beside it", false);
    second.enter("poison", false);
    ended(2, LOST);

    CrashJournal third = of(true, 3);
    assertThat(third.verdict("good")).isEqualTo(Verdict.FREE);
    assertThat(third.verdict("beside it")).isEqualTo(Verdict.SUSPECT);
    assertThat(third.verdict("poison")).isEqualTo(Verdict.SUSPECT);
    third.enter("beside it", true);
    third.leave("beside it");
    third.enter("poison", true);
    ended(3, LOST);

    CrashJournal fourth = of(true, 4);
    assertThat(fourth.verdict("poison")).isEqualTo(Verdict.GUILTY);
    assertThat(fourth.verdict("beside it")).isEqualTo(Verdict.SUSPECT);
    assertThat(fourth.verdict("good")).isEqualTo(Verdict.FREE);
  }

  @Test
  void whatASpeculativeCopysLivingTwinIsAtIsNotAccused() throws IOException {
    CrashJournal living = of(true, 2);
    living.enter("healthy", true);

    CrashJournal copy = of(true, 3);
    assertThat(copy.verdict("healthy")).isEqualTo(Verdict.FREE);

    living.leave("healthy");
    copy.enter("healthy", false);
    ended(3, org.apache.spark.Success$.MODULE$);
    assertThat(of(true, 4).verdict("healthy")).isEqualTo(Verdict.FREE);
  }

  @Test
  void anExecutorThatWasTakenAwayAccusesNobody() throws IOException {
    of(true, 2).enter("healthy", true);
    ended(2, new ExecutorLostFailure("1", false, scala.Option.apply("decommissioned")));
    assertThat(of(true, 3).verdict("healthy")).isEqualTo(Verdict.FREE);
  }

  @Test
  void anExecutorThatWasThoughtLostAndGoesOnAddsNothing() throws IOException {
    CrashJournal zombie = of(true, 2);
    zombie.enter("first", false);
    ended(2, LOST);
    zombie.leave("first");
    zombie.enter("second", true);
    CrashJournal next = of(true, 3);
    assertThat(next.verdict("first")).isEqualTo(Verdict.SUSPECT);
    assertThat(next.verdict("second")).isEqualTo(Verdict.FREE);
  }

  @Test
  void anImageThatExecutorsDiedOfBeforeBeginsAloneAndCostsOne() throws IOException {
    Set<String> before = Set.of("poison");
    CrashJournal first = of(false, 1, before);
    assertThat(first.verdict("poison")).isEqualTo(Verdict.SUSPECT);
    assertThat(first.verdict("other")).isEqualTo(Verdict.FREE);
    first.enter("other", false);
    assertThat(dir.resolve("notes")).doesNotExist();
    first.leave("other");
    first.enter("poison", true);
    ended(1, LOST);
    assertThat(of(true, 2, before).verdict("poison")).isEqualTo(Verdict.GUILTY);
  }

  private CrashJournal of(boolean triedBefore, long id) throws IOException {
    return of(triedBefore, id, Set.of());
  }

  private CrashJournal of(boolean triedBefore, long id, Set<String> lostBefore) throws IOException {
    return CrashJournal.of(
        new Configuration(),
        dir.resolve("notes").toString(),
        triedBefore,
        new Attempt(7, 3, id),
        lostBefore);
  }

  /** What the driver hears at the end of an attempt. */
  private void ended(long id, TaskEndReason reason) {
    TaskInfo info = new TaskInfo(id, 3, (int) id - 1, 3, 0, "1", "host", TaskLocality.ANY(), false);
    new LostExecutors(new Configuration(), dir.resolve("notes").toString())
        .onTaskEnd(
            new SparkListenerTaskEnd(
                7, 0, "ResultTask", reason, info, new ExecutorMetrics(), null));
  }
}
