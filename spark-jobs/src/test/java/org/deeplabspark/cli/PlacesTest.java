package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.NastyFolder;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that an operator names: what is wrong with them is one line and exit code 2. */
class PlacesTest {

  private static final String MODEL =
      SharedData.root().resolve("conf/models/compact-scenes").toString();

  @TempDir Path dir;

  private String photos;
  private String labels;
  private String file;

  @BeforeEach
  void scene() throws Exception {
    SharedSpark.session();
    DeeplabTest.outputOf(ExitCode.DONE, "scenes", "--count", "1", "--output", dir + "/scenes");
    photos = dir + "/scenes/image";
    labels = dir + "/scenes/label";
    file = Files.writeString(dir.resolve("file.txt"), "x").toString();
  }

  private static String refused(String... line) {
    String error = DeeplabTest.errorOf(ExitCode.USAGE, line);
    assertThat(error).as(String.join(" ", line)).hasLineCount(1).doesNotContain("Exception");
    return error;
  }

  /** A command line for each command that writes, without its last word, the output. */
  private List<List<String>> writers() {
    return List.of(
        List.of("segment", "--model", MODEL, "--input", photos, "--output"),
        List.of("evaluate", "--predictions", labels, "--truth", labels, "--output"),
        List.of(
            "sweep-crf",
            "--model",
            MODEL,
            "--input",
            photos,
            "--truth",
            labels,
            "--grid",
            "crf.iterations=1,2",
            "--output"),
        List.of("diff", "--old", labels, "--new", labels, "--output"),
        List.of("report", "--predictions", labels, "--output"),
        List.of("demo", "--scenes", "1", "--output"),
        List.of("scenes", "--count", "1", "--output"),
        List.of(
            "train",
            "--network",
            "compact",
            "--input",
            photos,
            "--truth",
            labels,
            "--classes",
            "a,b,c,d,e,f",
            "--output"),
        List.of(
            "model",
            "import",
            "--network",
            "compact",
            "--classes",
            "a,b",
            "--weights",
            MODEL + "/model.onnx",
            "--output"),
        List.of("model", "export", MODEL, "--output"));
  }

  private static String[] with(List<String> line, String last) {
    List<String> whole = new ArrayList<>(line);
    whole.add(last);
    return whole.toArray(String[]::new);
  }

  @Test
  void outputThatCannotBeWrittenIsSaidByEveryCommandThatWrites() {
    for (List<String> writer : writers()) {
      assertThat(refused(with(writer, file + "/a/out"))).contains("--output", file, "is a file");
      // No user can make a directory there, root included.
      assertThat(refused(with(writer, "/proc/deeplab/out"))).contains("--output", "in /proc");
    }
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("scenes", "file.txt");
  }

  @Test
  void listThatIsNoFileWithPathsIsSaid() throws IOException {
    Path pipe = dir.resolve("pipe");
    NastyFolder.pipe(pipe);
    Path empty = Files.createFile(dir.resolve("empty"));
    String[] line = {"segment", "--model", MODEL, "--output", dir + "/out", "--files-from", ""};
    for (var wrong :
        java.util.Map.of(photos, "is a directory", "" + pipe, "is a pipe", "" + empty, "no path in")
            .entrySet()) {
      line[6] = wrong.getKey();
      assertThat(refused(line)).contains("--files-from", wrong.getKey(), wrong.getValue());
    }
    Files.delete(pipe);
    Files.delete(empty);
  }

  @Test
  void lookingAtAnOutputLeavesNothingBehind() {
    new Places().output("--output", dir + "/a/b/c").outputBeside("--output", dir + "/d/page.html");
    new Places().output("--output", labels);
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("scenes", "file.txt");
    assertThat(Path.of(labels).toFile().list())
        .contains("scene-00000.png")
        .noneMatch(name -> name.contains("deeplab"));
  }

  @Test
  void fileSystemWithoutItsClassIsSaidWithThePackageThatBringsIt() {
    for (List<String> writer : writers()) {
      assertThat(refused(with(writer, "s3a://bucket/out")))
          .contains(
              "--output",
              "no file system for scheme s3a",
              "--packages org.apache.hadoop:hadoop-aws:3.3.4");
    }
    assertThat(
            refused("segment", "--model", MODEL, "--input", "s3a://bucket/in", "--output", "out"))
        .contains("--input", "hadoop-aws:3.3.4");
    assertThat(
            refused("segment", "--model", "s3a://bucket/m", "--input", photos, "--output", "out"))
        .contains("--model", "hadoop-aws:3.3.4");
    assertThat(
            refused("evaluate", "--predictions", labels, "--truth", "nofs://x/y", "--output", "o"))
        .contains("--truth", "no file system for scheme nofs on the class path");
  }

  /** As hadoop-aws is without the jar it needs, and as an Error of any other kind. */
  public static final class Broken extends RawLocalFileSystem {

    @Override
    public void initialize(URI name, Configuration conf) {
      if (name.getPath().endsWith("class")) {
        throw new NoClassDefFoundError("com/amazonaws/auth/AWSCredentials");
      }
      throw new InternalError("out of\nluck");
    }
  }

  @Test
  void errorsAreOneLineAsExceptionsAre() {
    String key = "spark.hadoop.fs.broken.impl";
    System.setProperty(key, Broken.class.getName());
    try {
      assertThat(
              refused(
                  "evaluate", "--predictions", "broken:/class", "--truth", "t", "--output", "o"))
          .contains("--predictions", "lacks a class", "com/amazonaws/auth/AWSCredentials");
      assertThat(
              DeeplabTest.errorOf(
                  ExitCode.FAILED,
                  "evaluate",
                  "--predictions",
                  "broken:/other",
                  "--truth",
                  "t",
                  "--output",
                  "o"))
          .isEqualTo("deeplab evaluate: InternalError: out of luck\n");
    } finally {
      System.clearProperty(key);
    }
  }

  @Test
  void hostThatIsUnknownOrDoesNotAnswerIsSaidWithinSeconds() {
    Instant began = Instant.now();
    assertThat(
            refused(
                "segment",
                "--model",
                MODEL,
                "--input",
                "hdfs://no-such-host.invalid:8020/photos",
                "--output",
                dir + "/out"))
        .contains("--input: unknown host in hdfs://no-such-host.invalid:8020/photos");
    assertThat(
            refused(
                "evaluate",
                "--predictions",
                "hdfs://127.0.0.1:1/out",
                "--truth",
                labels,
                "--output",
                dir + "/metrics"))
        .contains("--predictions: nobody answers at hdfs://127.0.0.1:1/out");
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(60));
  }

  @Test
  void missingModelTruthOrInputIsNamedByItsOption() {
    String none = dir + "/none";
    String out = dir + "/out";
    assertThat(refused("plan", "--model", none, "--input", photos, "--output", out))
        .contains("--model", none);
    assertThat(refused("segment", "--model", MODEL, "--input", none, "--output", out))
        .contains("--input", none);
    assertThat(refused("validate", "--input", photos, "--truth", none)).contains("--truth", none);
    assertThat(refused("evaluate", "--predictions", none, "--truth", labels, "--output", out))
        .contains("--predictions: no such directory: " + none);
    assertThat(refused("evaluate", "--predictions", labels, "--truth", none, "--output", out))
        .contains("--truth", none);
    assertThat(refused("diff", "--old", labels, "--new", none)).contains("--new", none);
    assertThat(refused("report", "--predictions", labels, "--baseline", none, "--output", out))
        .contains("--baseline", none);
    assertThat(
            refused(
                "train",
                "--network",
                "compact",
                "--classes",
                "a,b",
                "--input",
                photos,
                "--truth",
                labels,
                "--from",
                none,
                "--output",
                out))
        .contains("--from", none);
    assertThat(
            refused(
                "model",
                "import",
                "--network",
                "compact",
                "--classes",
                "a,b",
                "--weights",
                none,
                "--output",
                out))
        .contains("--weights", none);
    assertThat(dir.toFile().list()).containsExactlyInAnyOrder("scenes", "file.txt");
  }

  @Test
  void aPageReplacesPagesOnly() throws Exception {
    Path page = Files.writeString(dir.resolve("page.html"), "<!doctype html><p>old");
    new Places().page("--output", page.toString());
    new Places().page("--output", dir.resolve("new.html").toString());
    Path other = Files.writeString(dir.resolve("_SUCCESS"), "");
    assertThatThrownBy(() -> new Places().page("--output", other.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid --output: " + other + " is there and no HTML page; name another");
  }
}
