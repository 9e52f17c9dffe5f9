package org.deeplabspark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.deeplabspark.settings.InputFilter;
import org.deeplabspark.settings.ReadLimits;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listing by executors finds what listing by one thread finds. */
class ImageRowsTest {

  private static final InputFilter FLAT = new InputFilter("", false, null, null);
  private static final InputFilter DEEP = new InputFilter("", true, null, null);

  @TempDir Path dir;

  @BeforeEach
  void files() throws IOException {
    for (String name :
        List.of(
            "a.jpg",
            "a.png",
            "b.v2.PNG",
            "notes.txt",
            ".hidden.jpg",
            "_MG_0001.jpg",
            "sub/c.tiff",
            "sub/deep/er/d.jpg",
            "sub/.git/d.jpg",
            "q[1]/e, f#%41.bmp",
            "照/g.jpg")) {
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochMilli(1_700_000_000_123L)));
    }
    Files.createSymbolicLink(dir.resolve("broken.jpg"), dir.resolve("nothing"));
  }

  private void isAsListedByOneThread(InputFilter filter, String... inputs) throws IOException {
    ImageListing one = ImageListing.of(new Configuration(), List.of(inputs), filter, "--input");
    ImageRows rows = ImageRows.of(SharedSpark.session(), List.of(inputs), filter);
    List<Row> expected =
        ImageRows.paths(SharedSpark.session(), one.files()).orderBy("image_id").collectAsList();
    assertThat(rows.rows().orderBy("image_id").collectAsList()).isEqualTo(expected);
    assertThat(rows.count()).isEqualTo(expected.size());
    assertThat(rows.leftOut()).isEqualTo(one.leftOut());
  }

  @Test
  void directoriesGlobsAndFilesGiveTheSameRows() throws IOException {
    isAsListedByOneThread(FLAT, dir.toString());
    isAsListedByOneThread(DEEP, dir.toUri().toString());
    isAsListedByOneThread(FLAT, dir + "/*.jpg");
    isAsListedByOneThread(FLAT, dir + "/{sub,q*}/*.{tiff,bmp}");
    isAsListedByOneThread(FLAT, dir + "/{sub/c,a}.{tiff,jpg}");
    isAsListedByOneThread(DEEP, dir + "/s*");
    isAsListedByOneThread(FLAT, dir.toString(), dir + "/a.jpg", dir + "/sub/c.tiff");
  }

  @Test
  void idsAreOfOneFileEachWhateverTheExtensions() throws IOException {
    Path twins = Files.createDirectories(dir.resolve("twins"));
    for (String name :
        List.of("a.png", "a.jpg", "a.jpg.png", "b.PNG", "b.png", "b.png.png", "c.jpg.png")) {
      Files.writeString(twins.resolve(name), name);
    }
    isAsListedByOneThread(FLAT, twins.toString());
    isAsListedByOneThread(FLAT, twins.toString(), twins + "/a.jpg");
    assertThat(
            ImageRows.of(SharedSpark.session(), List.of(twins.toString()), FLAT)
                .rows()
                .orderBy("image_id")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("a.jpg", "a.jpg.png", "a.png", "b.PNG", "b.png", "b.png.png", "c.jpg");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> isAsListedByOneThread(FLAT, dir + "/none"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no such file or directory");
    assertThatThrownBy(() -> ImageRows.of(SharedSpark.session(), List.of(dir + "/*.gif"), FLAT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no image in");
  }

  @Test
  void twoFilesOfOneIdAreRefused() throws IOException {
    Files.writeString(dir.resolve("sub/b.v2.PNG"), "another");
    assertThatThrownBy(
            () ->
                ImageRows.of(
                    SharedSpark.session(),
                    List.of(dir.toString(), dir.resolve("sub").toString()),
                    FLAT))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("same image id b.v2");
  }

  @Test
  void listIsReadInPartsAndEveryLineOnce() throws IOException {
    StringBuilder lines = new StringBuilder("a.jpg\n\nsub/none.jpg\r\n/else/where.png\na.jpg\n");
    IntStream.range(0, 5000).forEach(i -> lines.append("many/").append(i).append(".png\n"));
    Path list = Files.writeString(dir.resolve("_list, [1]"), lines + "last.png");

    ImageRows rows = listed(list, Optional.of(dir.toString()), FLAT);

    assertThat(rows.count()).isEqualTo(5004);
    assertThat(rows.rows().select("image_id").distinct().count()).isEqualTo(5004);
    assertThat(
            rows.rows()
                .filter("image_id not like 'many/%'")
                .select("image_id", "path", "length")
                .orderBy("image_id")
                .collectAsList())
        .extracting(Row::mkString)
        .containsExactly(
            "afile:" + dir + "/a.jpg5",
            "else/wherefile:/else/where.pngnull",
            "lastfile:" + dir + "/last.pngnull",
            "sub/nonefile:" + dir + "/sub/none.jpgnull");
    assertThatThrownBy(
            () -> listed(list, Optional.empty(), new InputFilter("", false, Instant.EPOCH, null)))
        .hasMessageContaining("modifiedAfter");
  }

  @Test
  void idsOfAListDoNotDependOnWhereItLies() throws IOException {
    Path here = Files.writeString(dir.resolve("list"), dir + "/sub/c.tiff\n");
    Path there = Files.writeString(dir.resolve("sub/list"), "c.tiff\n../sub/c.tiff\n");
    String whole = dir.toString().substring(1) + "/sub/c";
    for (Path list : List.of(here, there)) {
      assertThat(listed(list, Optional.empty(), FLAT).rows().collectAsList())
          .extracting(row -> row.getString(0))
          .containsExactly(whole);
      assertThat(listed(list, Optional.of(dir.toString()), FLAT).rows().collectAsList())
          .extracting(row -> row.getString(0))
          .containsExactly("sub/c");
    }
  }

  @Test
  void linesThatAreNoPathsAreRowsToo() throws IOException {
    Path list =
        Files.writeString(
            dir.resolve("list"),
            """
            cam1_2024-05-01T12:30:45.jpg
            http://127.0.0.1:1/x.jpg
            s3a://bucket/x.jpg
            file://otherhost/y.jpg
            http://[nonsense
            a.jpg
            """);
    ImageRows rows = listed(list, Optional.of(dir.toString()), FLAT);
    assertThat(rows.count()).isEqualTo(6);
    assertThat(rows.rows().filter("length is not null").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("a");
  }

  @Test
  void linesOfBytesThatAreNoUtf8NameTheirFiles() throws IOException {
    Files.writeString(Path.of(java.net.URI.create("file://" + dir + "/caf%E9.jpg")), "bytes");
    Files.writeString(dir.resolve("caf\\xE8.jpg"), "letters");
    byte[] lines =
        "caf?.jpg\ncaf\\xE8.jpg\ncaf\\xE9.jpg\n"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    lines[3] = (byte) 0xe9;
    Path list = Files.write(dir.resolve("list"), lines);
    assertThat(
            listed(list, Optional.of(dir.toString()), FLAT)
                .rows()
                .orderBy("image_id")
                .collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getAs("length"))
        .containsExactly("caf\\x5CxE8 7", "caf\\xE9 5");
  }

  @Test
  void rowsOfAParquetDataSetWithoutPathAreCounted() throws IOException {
    SharedSpark.session()
        .sql(
            "select * from values ('x/1.jpg', X'01'), (null, X'02'), ('x/3.jpg', null), ('', X'04') as t(path, content)")
        .write()
        .parquet(dir.resolve("stored").toString());
    ImageRows rows =
        ImageRows.of(SharedSpark.session(), List.of(dir.resolve("stored").toString()), FLAT);
    assertThat(rows.count()).isEqualTo(2);
    assertThat(rows.leftOut()).isEqualTo("; 2 rows without a path left out");
  }

  private static ImageRows listed(Path list, Optional<String> idRoot, InputFilter filter)
      throws IOException {
    InputFiles files = InputFiles.of(SharedSpark.session(), ReadLimits.of(Settings.reference()));
    return ImageRows.ofList(SharedSpark.session(), list.toString(), idRoot, filter, files);
  }
}
