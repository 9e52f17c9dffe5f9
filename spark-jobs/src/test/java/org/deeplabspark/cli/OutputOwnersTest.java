package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.ShippedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output directory belongs to the command that wrote it. */
class OutputOwnersTest {

  @TempDir Path dir;

  private String[] line(String command, String output) {
    String masks = dir + "/segment";
    String truth = dir + "/scenes/label";
    String[] end = {"--output", output};
    String[] begin =
        switch (command) {
          case "segment" ->
              new String[] {
                "segment",
                "--crf",
                "off",
                "--model",
                ShippedModel.directory(),
                "--input",
                dir + "/scenes/image"
              };
          case "evaluate" -> new String[] {"evaluate", "--predictions", masks, "--truth", truth};
          case "diff" -> new String[] {"diff", "--old", masks, "--new", masks, "--truth", truth};
          case "sweep-crf" ->
              new String[] {
                "sweep-crf",
                "--model",
                ShippedModel.directory(),
                "--input",
                dir + "/scenes/image",
                "--truth",
                truth,
                "--grid",
                "crf.iterations=1"
              };
          case "scenes" -> new String[] {"scenes", "--count", "2"};
          default -> new String[] {command};
        };
    return Stream.of(begin, end).flatMap(Stream::of).toArray(String[]::new);
  }

  private Map<String, byte[]> files(String output) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(dir.resolve(output))) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        files.put(path.toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }

  @Test
  void noCommandWritesIntoTheOutputOfAnother() throws IOException {
    SharedSpark.session();
    assertThat(Deeplab.run(line("scenes", dir + "/scenes"))).isEqualTo(ExitCode.DONE);
    List<String> commands = List.of("segment", "evaluate", "diff", "sweep-crf");
    for (String command : commands) {
      assertThat(Deeplab.run(line(command, dir + "/" + command))).isEqualTo(ExitCode.DONE);
      assertThat(Deeplab.run(line(command, dir + "/" + command))).isEqualTo(ExitCode.DONE);
    }
    for (String owner : commands) {
      Map<String, byte[]> before = files(owner);
      for (String command : List.of("segment", "evaluate", "diff", "sweep-crf", "demo", "scenes")) {
        if (!command.equals(owner)) {
          assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line(command, dir + "/" + owner)))
              .hasLineCount(1)
              .contains("Invalid --output", "is an output of", owner);
        }
      }
      assertThat(files(owner)).containsExactlyEntriesOf(before);
    }
    for (String name : List.of("summary.json", "per_class")) {
      Files.move(dir.resolve("evaluate/" + name), dir.resolve("segment/" + name));
    }
    assertThat(Deeplab.run(line("segment", dir + "/segment")))
        .as("masks beside which an earlier version left metrics")
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void scenesOfAnotherSetAreNotMixed() throws IOException {
    String[] two = line("scenes", dir + "/scenes");
    assertThat(Deeplab.run(two)).isEqualTo(ExitCode.DONE);
    assertThat(Deeplab.run(two)).isEqualTo(ExitCode.DONE);
    Map<String, byte[]> before = files("scenes");
    String[] one = two.clone();
    one[2] = "1";
    String[] other = Stream.concat(Stream.of(two), Stream.of("--seed", "7")).toArray(String[]::new);
    for (String[] line : new String[][] {one, other}) {
      assertThat(DeeplabTest.errorOf(ExitCode.USAGE, line))
          .hasLineCount(1)
          .contains("Invalid --output", "2 files of another set of scenes");
    }
    assertThat(files("scenes")).containsExactlyEntriesOf(before);
  }
}
