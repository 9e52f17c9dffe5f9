package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class HelpTest {

  /** A command, and the words that call it. */
  private record Called(CommandLine command, List<String> words) {}

  private static List<Called> commands() {
    List<Called> all = new ArrayList<>();
    collect(new Called(new CommandLine(new Deeplab()), List.of()), all);
    return all;
  }

  private static void collect(Called called, List<Called> all) {
    all.add(called);
    called
        .command()
        .getSubcommands()
        .forEach(
            (name, command) ->
                collect(
                    new Called(
                        command, Stream.concat(called.words().stream(), Stream.of(name)).toList()),
                    all));
  }

  @Test
  void helpOfEveryCommandIsPrintedWithoutAWarning() {
    assertThat(commands()).hasSizeGreaterThan(14);
    for (Called called : commands()) {
      String[] line =
          Stream.concat(called.words().stream(), Stream.of("--help")).toArray(String[]::new);
      assertThat(DeeplabTest.errorOf(ExitCode.DONE, line)).as("%s", called.words()).isEmpty();
      assertThat(DeeplabTest.outputOf(ExitCode.DONE, line))
          .as("%s", called.words())
          .contains("Usage: ")
          .doesNotContain("WARN", "%%");
    }
  }

  @Test
  void everyDescriptionIsMadeOfWholeSentences() {
    for (Called called : commands()) {
      if (called.command().getCommand() instanceof CommandLine.HelpCommand) {
        continue; // picocli's own words
      }
      Stream<String[]> descriptions =
          Stream.concat(
              Stream.<String[]>of(called.command().getCommandSpec().usageMessage().description()),
              called.command().getCommandSpec().args().stream().map(ArgSpec::description));
      assertThat(descriptions)
          .as("%s", called.words())
          .allSatisfy(
              description ->
                  assertThat(Arrays.stream(description).filter(line -> !line.isEmpty()))
                      .isNotEmpty()
                      .allSatisfy(line -> assertThat(line).endsWith(".")));
    }
  }
}
