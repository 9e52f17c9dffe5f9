package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplabspark.testing.Duck;
import org.deeplabspark.testing.Launcher;
import org.deeplabspark.testing.NastyFolder;
import org.deeplabspark.testing.SharedData;
import org.deeplabspark.testing.StandaloneCluster;
import org.deeplabspark.testing.VocModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application jar on a real cluster of processes, and beside it embedded. */
class StandaloneClusterIT {

  @TempDir static Path dir;

  @Test
  void masksAndErrorsAreThoseOfTheEmbeddedRun() throws Exception {
    Path photos = dir.resolve("photos, #1 照");
    String weights = VocModel.weights();
    NastyFolder.write(photos);
    for (String name : List.of("2007_000129", "2011_000003")) {
      Files.copy(
          SharedData.require("voc/JPEGImages/" + name + ".jpg"), photos.resolve(name + ".jpg"));
    }
    List<String> segment =
        List.of(
            "segment",
            "--model",
            weights,
            "--model-card",
            VocModel.card(),
            "--input",
            photos.toString(),
            "--max-bad-fraction",
            "0.5",
            "--set",
            "crf.iterations=2");

    List<String> embedded = new ArrayList<>(segment);
    embedded.addAll(List.of("--output", dir.resolve("embedded").toString()));
    run(embedded);

    try (StandaloneCluster cluster =
        new StandaloneCluster(Files.createDirectories(dir.resolve("cluster")))) {
      List<String> submitted = cluster.submit("1500m", "spark.executor.defaultJavaOptions=");
      submitted.addAll(segment);
      submitted.addAll(List.of("--output", dir.resolve("submitted").toString()));
      Launcher.Ended ended = run(submitted);
      assertThat(ended.out()).contains("16 images: 12 masks, 4 errors");
      for (int worker = 0; worker < 2; worker++) {
        assertThat(cluster.workDirectory(worker))
            .as("both workers had an executor")
            .isNotEmptyDirectory();
      }
    }

    Map<String, String> masks = Duck.maskDigests(dir.resolve("embedded"));
    assertThat(masks).hasSize(12);
    assertThat(Duck.maskDigests(dir.resolve("submitted"))).isEqualTo(masks);
    assertThat(errors("submitted")).isEqualTo(errors("embedded")).hasSize(4);
  }

  private static Launcher.Ended run(List<String> arguments) throws Exception {
    Launcher.Ended ended =
        Launcher.run(
            Launcher.script(),
            dir,
            Map.of("DEEPLAB_JAVA_OPTS", ""),
            arguments.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return ended;
  }

  private static List<List<String>> errors(String output) {
    return Duck.query(
        "SELECT image_id, stage, code, message, content_digest FROM "
            + Duck.table(dir.resolve(output), "errors")
            + " ORDER BY 1");
  }
}
