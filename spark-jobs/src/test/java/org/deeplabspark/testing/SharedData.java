package org.deeplabspark.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Real photographs, ground truth and networks that lie beside the project where they are at hand.
 */
public final class SharedData {

  private SharedData() {}

  /**
   * A file or folder of the material; the calling test is skipped, with a message, where it is
   * absent.
   *
   * @param relative path below {@code ../shared/data}
   */
  public static Path require(String relative) {
    Path path = root().resolve("../shared/data").resolve(relative);
    if (!Files.exists(path)) {
      String wanted = "wanted ../shared/data/" + relative + " from the project's root";
      // A class that is skipped as a whole leaves no reason in the build's output.
      System.err.println("Skipped: " + wanted);
      Assumptions.abort(wanted);
    }
    return path;
  }

  /** The project's root. */
  public static Path root() {
    return Path.of(System.getProperty("deeplab.root", ".."));
  }

  /** The files of such a folder, by name. */
  public static List<Path> files(String relative) {
    try (Stream<Path> files = Files.list(require(relative))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
