package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.ShippedModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that were renamed, touched, listed otherwise or taken away between two runs. */
class MovedInputTest {

  @TempDir static Path scenes;

  @TempDir Path dir;

  private Path photos;
  private Path output;
  private Map<String, String> masks;
  private String firstRun;

  @BeforeAll
  static void draw() {
    SharedSpark.session();
    assertThat(Deeplab.run("scenes", "--count", "4", "--output", scenes.toString())).isZero();
  }

  @BeforeEach
  void label() throws IOException {
    photos = Files.createDirectories(dir.resolve("photos"));
    for (int i = 0; i < 4; i++) {
      Files.copy(
          scenes.resolve("image/scene-0000" + i + ".png"), photos.resolve("photo" + i + ".png"));
    }
    output = dir.resolve("out");
    segment("--input", photos.toString());
    masks = Duck.maskDigests(output);
    assertThat(masks).containsOnlyKeys("photo0", "photo1", "photo2", "photo3");
    firstRun = query("SELECT DISTINCT run_id FROM ", "masks").get(0).get(0);
  }

  private void segment(String... more) {
    assertThat(Deeplab.run(ShippedModel.segment(output, more))).isEqualTo(ExitCode.DONE);
  }

  private List<List<String>> query(String select, String table) {
    return Duck.query(select + Duck.table(output, table));
  }

  /** Masks by id, all of the first run: nothing was labelled again. */
  private Map<String, String> unlabelled() {
    assertThat(query("SELECT DISTINCT run_id FROM ", "masks")).containsExactly(List.of(firstRun));
    return Duck.maskDigests(output);
  }

  private Map<String, String> paths() {
    Map<String, String> paths = new TreeMap<>();
    query("SELECT image_id, path FROM ", "masks")
        .forEach(row -> paths.put(row.get(0), row.get(1).substring("file:".length())));
    return paths;
  }

  @Test
  void listOfTheSameFilesFindsThemDone() throws IOException {
    Path list = Files.createDirectories(dir.resolve("elsewhere")).resolve("list");
    List<String> lines = new ArrayList<>();
    masks.keySet().forEach(id -> lines.add(photos.resolve(id + ".png").toString()));
    Files.write(list, lines);

    segment("--files-from", list.toString());
    assertThat(unlabelled()).isEqualTo(masks);

    segment("--files-from", list.toString(), "--id-root", dir.toString());
    assertThat(unlabelled())
        .containsOnlyKeys("photos/photo0", "photos/photo1", "photos/photo2", "photos/photo3");
    assertThat(unlabelled().values()).containsExactlyElementsOf(masks.values());

    segment("--input", photos.toString());
    assertThat(unlabelled()).isEqualTo(masks);
  }

  @Test
  void outputInWhichAPathHasTwoIdsIsPutRight() throws IOException {
    Path part =
        output.resolve("masks/run_date=" + query("SELECT run_date FROM ", "masks").get(0).get(0));
    Path file;
    try (Stream<Path> files = Files.list(part)) {
      file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    SharedSpark.session()
        .read()
        .parquet(file.toString())
        .withColumn("image_id", org.apache.spark.sql.functions.expr("concat('old/', image_id)"))
        .coalesce(1)
        .write()
        .parquet(dir.resolve("doubled").toString());
    try (Stream<Path> files = Files.list(dir.resolve("doubled"))) {
      Path doubled =
          files
              .filter(
                  f ->
                      f.toString().endsWith(".parquet")
                          && !f.getFileName().toString().startsWith("."))
              .findFirst()
              .orElseThrow();
      Files.copy(doubled, part.resolve("second.parquet"));
    }
    assertThat(Duck.maskDigests(output)).hasSize(8);

    segment("--input", photos.toString());

    assertThat(unlabelled()).isEqualTo(masks);
  }

  @Test
  void fileThatGetsATwinOfAnotherExtensionKeepsItsMaskUnderItsNewId() throws IOException {
    Files.copy(photos.resolve("photo1.png"), photos.resolve("photo0.jpg"));

    segment("--input", photos.toString());
    assertThat(
            query("SELECT image_id, run_id = '" + firstRun + "' FROM ", "masks").stream()
                .map(row -> String.join(" ", row)))
        .containsExactlyInAnyOrder(
            "photo0.jpg false", "photo0.png true", "photo1 true", "photo2 true", "photo3 true");
    assertThat(Duck.maskDigests(output)).containsEntry("photo0.png", masks.get("photo0"));

    Files.delete(photos.resolve("photo0.jpg"));
    segment("--input", photos.toString(), "--forget-missing");
    assertThat(unlabelled()).isEqualTo(masks);
  }

  @Test
  void movedAndTouchedFilesAreReadOnceAndTheirRowsFollow() throws IOException {
    Path moved = dir.resolve("moved");
    Files.move(photos, moved);
    segment("--input", moved.toString());
    assertThat(unlabelled()).isEqualTo(masks);
    assertThat(paths()).containsEntry("photo2", moved.resolve("photo2.png").toString());

    Files.move(moved.resolve("photo2.png"), moved.resolve("renamed.png"));
    Files.setLastModifiedTime(moved.resolve("photo3.png"), FileTime.from(Instant.EPOCH));
    segment("--input", moved.toString());
    assertThat(unlabelled())
        .containsOnlyKeys("photo0", "photo1", "photo3", "renamed")
        .containsEntry("renamed", masks.get("photo2"));
    assertThat(
            Duck.query(
                "SELECT image_id FROM "
                    + Duck.table(output, "masks")
                    + " WHERE epoch(modification_time) = 0"))
        .containsExactly(List.of("photo3"));
  }

  @Test
  void copiesOfARenamedFileEachHaveTheirMask() throws IOException {
    for (String name : List.of("copy1", "copy2", "copy3")) {
      Files.copy(photos.resolve("photo0.png"), photos.resolve(name + ".png"));
    }
    Files.delete(photos.resolve("photo0.png"));

    segment("--input", photos.toString(), "--partitions", "6");

    assertThat(Duck.maskDigests(output))
        .containsOnlyKeys("copy1", "copy2", "copy3", "photo1", "photo2", "photo3")
        .containsEntry("copy1", masks.get("photo0"))
        .containsEntry("copy2", masks.get("photo0"))
        .containsEntry("copy3", masks.get("photo0"));
  }

  @Test
  void filesThatAreAwayKeepTheirMasksUntilTheyShallBeForgotten() throws IOException {
    Path list = dir.resolve("list");
    List<String> lines = new ArrayList<>();
    masks.keySet().forEach(id -> lines.add(photos.resolve(id + ".png").toString()));
    Files.write(list, lines);
    Files.move(photos, dir.resolve("unmounted"));

    assertThat(Deeplab.run(ShippedModel.segment(output, "--files-from", list.toString())))
        .as("all of them cannot be read")
        .isEqualTo(ExitCode.TOO_MANY_BAD);
    assertThat(unlabelled()).isEqualTo(masks);
    assertThat(query("SELECT count(*) FROM ", "errors")).containsExactly(List.of("0"));

    Files.move(dir.resolve("unmounted"), photos);
    segment("--files-from", list.toString());
    assertThat(unlabelled()).isEqualTo(masks);

    Files.delete(photos.resolve("photo0.png"));
    Files.delete(photos.resolve("photo1.png"));
    segment("--input", photos.toString());
    assertThat(unlabelled()).as("not listed any more").isEqualTo(masks);
    segment("--input", photos.toString(), "--forget-missing");
    assertThat(unlabelled()).containsOnlyKeys("photo2", "photo3");
    assertThat(
            Deeplab.run(
                ShippedModel.segment(
                    output,
                    "--files-from",
                    list.toString(),
                    "--forget-missing",
                    "--max-bad-fraction",
                    "1")))
        .isEqualTo(ExitCode.DONE);
    assertThat(query("SELECT code FROM ", "errors"))
        .containsExactly(List.of("not-found"), List.of("not-found"));
  }
}
