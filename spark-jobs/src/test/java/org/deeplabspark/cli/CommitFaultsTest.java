package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.FaultyFileSystem;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that refuse what is finished, for a while or for good. */
class CommitFaultsTest {

  private static final int IMAGES = 12;

  @TempDir Path dir;

  private Path output;

  @BeforeEach
  void scenes() throws IOException {
    FaultyFileSystem.register(SharedSpark.session().sparkContext().hadoopConfiguration());
    output = dir.resolve("out");
    assertThat(
            Deeplab.run(
                "scenes", "--output", dir.resolve("scenes").toString(), "--count", "" + IMAGES))
        .isEqualTo(ExitCode.DONE);
  }

  @AfterEach
  void noFault() {
    FaultyFileSystem.set((change, path) -> true);
  }

  private String[] segment(String scheme) {
    return new String[] {
      "segment",
      "--model",
      SharedData.root().resolve("conf/models/compact-scenes").toString(),
      "--input",
      dir.resolve("scenes/image").toString(),
      "--output",
      scheme + output,
      "--crf",
      "off",
      "--partitions",
      "" + IMAGES,
      "--set",
      "segment.commit-interval=0.001"
    };
  }

  private void everyImageStandsOnceAndNothingIsLeft() {
    assertThat(Duck.maskDigests(output)).hasSize(IMAGES);
    assertThat(output.resolve("_staging")).doesNotExist();
    assertThat(output.resolve("_SUCCESS")).exists();
  }

  @Test
  void aStoreThatIsFullForAWhileCostsNothing() {
    AtomicInteger faults = new AtomicInteger();
    FaultyFileSystem.set(
        (change, path) -> {
          if (change.equals("create")
              && path.contains("/commit-")
              && faults.incrementAndGet() < 6) {
            throw FaultyFileSystem.full();
          }
          return true;
        });
    assertThat(Deeplab.run(segment("faulty:"))).isEqualTo(ExitCode.DONE);
    assertThat(faults.get()).isGreaterThan(6);
    everyImageStandsOnceAndNothingIsLeft();
  }

  @Test
  void whatAFullStoreRefusedTheNextRunPublishesAndDoesNotLabelAgain() {
    FaultyFileSystem.set(
        (change, path) -> {
          if (change.equals("create") && path.contains("/commit-")) {
            throw FaultyFileSystem.full();
          }
          return true;
        });
    String error = DeeplabTest.errorOf(ExitCode.FAILED, segment("faulty:"));
    assertThat(error)
        .contains("deeplab segment: Cannot publish to faulty:")
        .contains("No space left on device")
        .contains("the next run");

    FaultyFileSystem.set((change, path) -> true);
    assertThat(outOf(segment("faulty:")))
        .contains(IMAGES + " images: 0 masks, 0 errors, " + IMAGES + " done already");
    everyImageStandsOnceAndNothingIsLeft();
  }

  @Test
  void aStoreThatIsFullFromTheStartIsNamed() {
    FaultyFileSystem.set(
        (change, path) -> {
          if (change.equals("create") && path.contains("_staging/")) {
            throw FaultyFileSystem.full();
          }
          return true;
        });
    assertThat(DeeplabTest.errorOf(ExitCode.FAILED, segment("faulty:")))
        .hasLineCount(1)
        .contains("Cannot write to faulty:" + output + " (No space left on device)")
        .contains("run the same command again");
  }

  @Test
  void aFileInTheWayOfTheTableCostsNoFinishedImage() throws IOException {
    Path inTheWay = output.resolve("masks/run_date=" + LocalDate.now(ZoneOffset.UTC));
    Files.createDirectories(inTheWay.getParent());
    Files.writeString(inTheWay, "in the way");
    String error = DeeplabTest.errorOf(ExitCode.FAILED, segment(""));
    assertThat(error).contains("deeplab segment: Cannot publish to").contains(inTheWay.toString());

    Files.delete(inTheWay);
    assertThat(outOf(segment("")))
        .contains(IMAGES + " images: 0 masks, 0 errors, " + IMAGES + " done already");
    everyImageStandsOnceAndNothingIsLeft();
  }

  @Test
  void aRenameThatAnswersNoIsTriedAgain() {
    AtomicInteger faults = new AtomicInteger();
    FaultyFileSystem.set(
        (change, path) ->
            !(change.equals("rename")
                && path.matches(".*/rows-0/part-.* .*")
                && !path.contains("_temporary")
                && faults.incrementAndGet() < 4));
    assertThat(Deeplab.run(segment("faulty:"))).isEqualTo(ExitCode.DONE);
    everyImageStandsOnceAndNothingIsLeft();
  }

  private static String outOf(String... line) {
    return DeeplabTest.outputOf(ExitCode.DONE, line);
  }
}
