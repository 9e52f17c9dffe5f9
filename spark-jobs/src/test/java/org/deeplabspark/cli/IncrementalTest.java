package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplabspark.label.SegmentJob;
import org.deeplabspark.label.SegmentOutcome;
import org.deeplabspark.label.SegmentRequest;
import org.deeplabspark.settings.CrfPresets;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a second run does. */
class IncrementalTest {

  private static final Settings NO_CRF = CrfPresets.apply("off", Settings.reference());

  @TempDir Path dir;

  private Path photos;
  private Path output;

  @BeforeEach
  void firstRun() throws IOException {
    photos = Files.createDirectories(dir.resolve("photos"));
    output = dir.resolve("out");
    for (String name : List.of("2007_000129", "2007_004189")) {
      Files.copy(
          SharedData.require("voc/JPEGImages/" + name + ".jpg"), photos.resolve(name + ".jpg"));
    }
    assertThat(run(NO_CRF).masks()).isEqualTo(2);
  }

  private SegmentOutcome run(Settings settings) throws IOException {
    SegmentRequest request =
        new SegmentRequest(
            VocModel.weights(),
            Optional.of(VocModel.card()),
            List.of(photos.toString()),
            Optional.empty(),
            Optional.empty(),
            output.toString(),
            LocalDate.of(2026, 1, 31));
    return new SegmentJob(SharedSpark.session(), LabelSettings.of(settings), request).run();
  }

  @Test
  void unchangedImagesAreSkippedAlsoWhenOnlyTheirTimeChanged() throws IOException {
    Map<String, String> before = Duck.maskDigests(output);
    Files.setLastModifiedTime(photos.resolve("2007_000129.jpg"), FileTime.from(Instant.EPOCH));

    SegmentOutcome second = run(NO_CRF);

    assertThat(second.masks()).isZero();
    assertThat(second.unchanged()).isEqualTo(2);
    assertThat(Duck.maskDigests(output)).isEqualTo(before);
  }

  @Test
  void newAndReplacedImagesAreDone() throws IOException {
    Files.copy(SharedData.require("voc/JPEGImages/2011_000003.jpg"), photos.resolve("new.jpg"));
    Files.write(
        photos.resolve("2007_000129.jpg"),
        Files.readAllBytes(SharedData.require("voc/JPEGImages/2011_000006.jpg")));

    SegmentOutcome second = run(NO_CRF);

    assertThat(second.masks()).isEqualTo(2);
    assertThat(second.unchanged()).isEqualTo(1);
    assertThat(
            Duck.query(
                "SELECT image_id, run_id = '"
                    + second.runId()
                    + "' FROM "
                    + Duck.table(output, "masks")
                    + " ORDER BY 1"))
        .as("the replaced image's old row is gone, the untouched one's is there")
        .containsExactly(
            List.of("2007_000129", "true"),
            List.of("2007_004189", "false"),
            List.of("new", "true"));
  }

  @Test
  void otherSettingsAreOtherMasksAndThreadsAreNot() throws IOException {
    assertThat(
            run(NO_CRF
                    .with("engine.threads", "2", "--set")
                    .with("image.max-megapixels", "50", "--set"))
                .masks())
        .isZero();

    Settings refined =
        CrfPresets.apply("deeplabv1-largefov", NO_CRF).with("crf.iterations", "1", "--set");
    assertThat(run(refined).masks()).isEqualTo(2);
    assertThat(run(NO_CRF).masks()).isEqualTo(2);
    assertThat(Duck.maskDigests(output)).as("one row an image").hasSize(2);
  }

  @Test
  void imageThatFailsNowHasNoMaskForEvaluation() throws IOException {
    Files.write(photos.resolve("2007_000129.jpg"), new byte[] {1, 2, 3});
    assertThat(run(NO_CRF).errors()).isEqualTo(1);

    Path metrics = dir.resolve("metrics");
    String truth = SharedData.require("voc/SegmentationClass").toString();
    assertThat(
            Deeplab.run(
                "evaluate",
                "--predictions",
                output.toString(),
                "--truth",
                truth,
                "--output",
                metrics.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(
            Duck.query(
                "SELECT DISTINCT image_id FROM read_parquet('"
                    + metrics
                    + "/per_image/*.parquet')"))
        .containsExactly(List.of("2007_004189"));
  }

  @Test
  void healedImageLeavesErrorsForMasksAndOnlyFailedOnesAreTriedWhereThatIsAsked()
      throws IOException {
    Path photo = photos.resolve("2007_000129.jpg");
    byte[] whole = Files.readAllBytes(photo);
    Files.write(photo, new byte[] {1, 2, 3});
    assertThat(run(NO_CRF).errors()).isEqualTo(1);
    assertThat(Duck.maskDigests(output)).containsOnlyKeys("2007_004189");

    Files.write(photo, whole);
    Files.write(photos.resolve("new.jpg"), whole);
    SegmentOutcome retried = run(NO_CRF.with("segment.retry-failed", "true", "--retry-failed"));

    assertThat(retried.masks()).isEqualTo(1);
    assertThat(Duck.maskDigests(output)).containsOnlyKeys("2007_000129", "2007_004189");
    assertThat(Duck.query("SELECT count(*) FROM " + Duck.table(output, "errors")))
        .containsExactly(List.of("0"));
  }

  @Test
  void contentIsLookedAtOnlyWhereThatIsAsked() throws IOException {
    Path photo = photos.resolve("2007_000129.jpg");
    FileTime time = Files.getLastModifiedTime(photo);
    byte[] content = Files.readAllBytes(photo);
    content[content.length - 1]++; // behind the image's end marker: another file, and it decodes
    Files.write(photo, content);
    Files.setLastModifiedTime(photo, time);

    assertThat(run(NO_CRF).unchanged()).isEqualTo(2);
    SegmentOutcome verified =
        run(NO_CRF.with("segment.verify-content", "true", "--verify-content"));
    assertThat(verified.unchanged()).isEqualTo(1);
    assertThat(verified.masks() + verified.errors()).isEqualTo(1);
  }

  @Test
  void killedRunLeavesNothingThatCounts() throws IOException {
    Path dead = Files.createDirectories(output.resolve("_staging/20260101T000000000Z-dead/rows"));
    Files.writeString(dead.resolve("part-00000.snappy.parquet"), "half a file");

    Files.writeString(
        output.resolve("_runs/20260101T000000000Z-dead.started"),
        "{\"run_id\": \"20260101T000000000Z-dead\"}");

    assertThat(run(NO_CRF).unchanged()).isEqualTo(2);
    assertThat(Duck.maskDigests(output)).hasSize(2);
    assertThat(output.resolve("_staging")).doesNotExist();
    assertThat(output.resolve("_runs/_lock")).doesNotExist();
    assertThat(output.resolve("_SUCCESS")).isEmptyFile();
  }

  @Test
  void parquetOfPathAndContentGivesTheSameMasks() throws IOException {
    Path packed = dir.resolve("packed");
    SharedSpark.session()
        .read()
        .format("binaryFile")
        .load(photos.toString())
        .write()
        .parquet(packed.toString());
    Map<String, String> direct = Duck.maskDigests(output);

    photos = packed;
    output = dir.resolve("of-parquet");
    assertThat(run(NO_CRF).masks()).isEqualTo(2);
    assertThat(Duck.maskDigests(output).values())
        .containsExactlyInAnyOrderElementsOf(direct.values());
    assertThat(run(NO_CRF).unchanged()).isEqualTo(2);
  }
}
