package org.deeplabspark.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {

  private static final InputFiles FILES =
      InputFiles.of(SharedSpark.session(), ReadLimits.of(Settings.reference()));

  @TempDir Path dir;

  private static String code(InputFiles files, String path) {
    try {
      files.read(path);
      return "read";
    } catch (ReadFailure e) {
      assertThat(e.getMessage()).contains(path.replace("file:///", "")).doesNotContain("\n");
      return e.code();
    }
  }

  private String write(String name) throws IOException {
    return "file:" + Files.writeString(dir.resolve(name), name);
  }

  @Test
  void wholeFilesOfAnyNameAreRead() throws IOException, ReadFailure {
    for (String name :
        Set.of(
            "a.jpg", "12:30:45.jpg", "a b#%41.jpg", "照.jpg", "a\\b.jpg", "a\\xfe.jpg", "empty")) {
      String path = write(name);
      assertThat(FILES.read(path).bytes()).asString().isEqualTo(name);
      assertThat(FILES.read(path, 1L)).as("a listing may be old").asString().isEqualTo(name);
      assertThat(FILES.head(path, 1)).hasSize(1).startsWith(name.getBytes(UTF_8)[0]);
      assertThat(FILES.look(path).length())
          .isEqualTo(Files.size(LocalNames.path(dir + "/" + name)));
    }
  }

  @Test
  @Timeout(60)
  void whatIsNoRegularFileIsNotOpened() throws IOException, InterruptedException {
    Path pipe = dir.resolve("pipe.jpg");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(code(FILES, "file:" + pipe)).isEqualTo("not-a-file");
    assertThat(code(FILES, "file:" + dir)).isEqualTo("not-a-file");
    assertThat(code(FILES, "file:/dev/zero")).isEqualTo("not-a-file");
  }

  @Test
  void whatIsWrongIsSaidInACode() throws IOException {
    assertThat(code(FILES, "file:" + dir + "/none.jpg")).isEqualTo("not-found");
    assertThat(code(FILES, "http://127.0.0.1:1/x.jpg")).isEqualTo("scheme-not-allowed");
    assertThat(code(FILES, "s3a://bucket/x.jpg")).isEqualTo("no-file-system");
    assertThat(code(FILES, "file://otherhost/x.jpg")).isEqualTo("invalid-path");
    assertThat(code(FILES, "a:b")).isEqualTo("invalid-path");
    Path loop = Files.createSymbolicLink(dir.resolve("loop.jpg"), dir.resolve("loop.jpg"));
    assertThat(code(FILES, "file:" + loop)).isEqualTo("io-error");
    InputFiles small =
        InputFiles.of(
            SharedSpark.session(),
            ReadLimits.of(Settings.reference().with("image.max-file-mib", "1", "test")));
    Path large = Files.write(dir.resolve("large.jpg"), new byte[(1 << 20) + 1]);
    assertThat(code(small, "file:" + large)).isEqualTo("too-large");
  }

  @Test
  void operatorSaysWhichSchemesAreOpened() throws IOException {
    Settings reference = Settings.reference();
    InputFiles remoteOnly =
        InputFiles.of(
            SharedSpark.session(),
            ReadLimits.of(reference.with("input.schemes", "hdfs, s3a", "test")));
    assertThat(code(remoteOnly, write("a.jpg"))).isEqualTo("scheme-not-allowed");
    assertThatThrownBy(() -> ReadLimits.of(reference.with("input.schemes", "file,,", "test")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("input.schemes");
  }

  /** A store whose reads never end. */
  public static final class HangingFileSystem extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "hanging";
    }

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("hanging:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      // Not to be interrupted, as native code is not.
      new java.util.concurrent.Semaphore(0).acquireUninterruptibly();
      throw new AssertionError();
    }
  }

  /** A store that throws what no signature shows. */
  public static final class ThrowingFileSystem extends RawLocalFileSystem {
    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("throwing:///");
    }

    @Override
    public org.apache.hadoop.fs.FileStatus getFileStatus(org.apache.hadoop.fs.Path path) {
      throw new InternalError("as FSError for a full disk is one");
    }
  }

  private static InputFiles over(String scheme, Class<?> store, double seconds) {
    SparkSession spark = SharedSpark.session();
    Configuration hadoop = new Configuration(spark.sessionState().newHadoopConf());
    hadoop.set("fs." + scheme + ".impl", store.getName());
    ReadLimits limits =
        new ReadLimits(
            1 << 20, Duration.ofMillis((long) (1000 * seconds)), new TreeSet<>(Set.of(scheme)));
    return new InputFiles(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(hadoop)),
        limits);
  }

  @Test
  @Timeout(60)
  void readThatHangsIsLeftBehind() throws IOException {
    write("a.jpg");
    InputFiles files = over("hanging", HangingFileSystem.class, 0.2);
    assertThat(code(files, "hanging:" + dir + "/a.jpg")).isEqualTo("too-slow");
  }

  @Test
  void whateverAStoreThrowsIsOfThatFile() throws IOException {
    InputFiles files = over("throwing", ThrowingFileSystem.class, 10);
    assertThat(code(files, "throwing:" + dir + "/a.jpg")).isEqualTo("io-error");
  }
}
