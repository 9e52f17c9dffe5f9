package org.deeplabspark.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.executor.Suspects.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuspectsTest {

  @TempDir Path dir;

  @Test
  void anImageIsGuiltyOnceAnExecutorDiedOfItAlone() throws IOException {
    Suspects first = of(false, "1");
    first.enter("poison", false);
    assertThat(dir.resolve("notes")).as("a first try writes nothing").doesNotExist();

    Suspects second = of(true, "2");
    assertThat(second.verdict("poison")).isEqualTo(Verdict.FREE);
    second.enter("good", false);
    second.leave("good");
    second.enter("beside it", false);
    second.enter("poison", false); // and the executor dies

    Suspects third = of(true, "3");
    assertThat(third.verdict("good")).isEqualTo(Verdict.FREE);
    assertThat(third.verdict("beside it")).isEqualTo(Verdict.SUSPECT);
    assertThat(third.verdict("poison")).isEqualTo(Verdict.SUSPECT);
    third.enter("beside it", true);
    third.leave("beside it");
    third.enter("poison", true); // and the executor dies

    Suspects fourth = of(true, "4");
    assertThat(fourth.verdict("poison")).isEqualTo(Verdict.GUILTY);
    assertThat(fourth.verdict("beside it")).isEqualTo(Verdict.SUSPECT);
    assertThat(fourth.verdict("good")).isEqualTo(Verdict.FREE);
  }

  private Suspects of(boolean triedBefore, String task) throws IOException {
    return Suspects.of(new Configuration(), dir.resolve("notes").toString(), triedBefore, task);
  }
}
