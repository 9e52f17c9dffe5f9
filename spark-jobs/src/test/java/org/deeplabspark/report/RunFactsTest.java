package org.deeplabspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.deeplabspark.settings.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFactsTest {

  private static final List<RunFacts.Maker> MAKERS =
      List.of(
          new RunFacts.Maker("2026-03", "network b", 2),
          new RunFacts.Maker("2026-01", "network a", 5),
          new RunFacts.Maker("2026-02", "network a", 4));

  @TempDir Path output;

  private void record(String file) throws IOException {
    Path runs = Files.createDirectories(output.resolve("_runs"));
    String id = file.substring(0, file.indexOf('.'));
    Files.writeString(
        runs.resolve(file), "{\"run_id\": \"" + id + "\", \"settings\": {\"crf\": {\"x\": 1}}}");
  }

  private Optional<RunFacts> facts(List<RunFacts.Maker> makers) throws IOException {
    return RunFacts.of(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(output.toString()),
        makers,
        "--baseline");
  }

  @Test
  void theNewestMakerIsShownAndMasksOfOtherSettingsAreCounted() throws IOException {
    for (String file : List.of("2026-01.json", "2026-02.json", "2026-03.json", "2026-09.json")) {
      record(file);
    }
    RunFacts facts = facts(MAKERS).orElseThrow();

    assertThat(facts.text("/run_id")).isEqualTo("2026-03");
    assertThat(facts.makers()).isEqualTo(3);
    assertThat(facts.ended()).hasSize(3);
    assertThat(facts.otherwise()).isEqualTo(9);
    assertThat(facts.settings()).containsEntry("crf.x", "1");
  }

  @Test
  void runsWithoutARecordAreMakersAllTheSame() throws IOException {
    record("2026-01.json");
    record("2026-02.started");
    RunFacts facts = facts(MAKERS).orElseThrow();

    assertThat(facts.text("/run_id")).isEqualTo("2026-02");
    assertThat(facts.makers()).isEqualTo(3);
    assertThat(facts.ended()).hasSize(1);
    assertThat(facts.otherwise()).isEqualTo(2);
  }

  @Test
  void aDamagedRecordOfAMakerIsNamedWithTheOption() throws IOException {
    record("2026-03.json");
    Files.writeString(output.resolve("_runs/2026-03.json"), "{");
    assertThatThrownBy(() -> facts(MAKERS))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Invalid --baseline: the run's record ")
        .hasMessageEndingWith("2026-03.json is damaged; remove it");
  }

  @Test
  void aRunThatMadeNothingIsNoMaker() throws IOException {
    assertThat(facts(MAKERS)).as("no record at all").isEmpty();
    record("2026-09.json");
    assertThat(facts(MAKERS)).isEmpty();
    assertThat(facts(List.of())).as("no mask at all").isEmpty();
  }
}
