package org.deeplabspark.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.settings.UsageException;

/** Models on any Hadoop file system, read once, by the driver. */
public final class ModelFiles {

  private ModelFiles() {}

  /**
   * Looks whether a model is there: reads its card, and of its weights no more than whether they
   * exist.
   *
   * @param place as for {@link #read}
   * @param card as for {@link #read}
   * @return the card
   * @throws UsageException if something is missing or the card is invalid
   */
  public static ModelCard check(Configuration hadoop, String place, Optional<String> card)
      throws IOException {
    Located located = locate(hadoop, place, card, "--model");
    if (!located.weights().getFileSystem(hadoop).exists(located.weights())) {
      throw new UsageException("Invalid --model: there is no file " + located.weights());
    }
    return located.card();
  }

  /**
   * Reads a model.
   *
   * @param place a directory with {@code model.json} and the weights it names, or a weights file
   * @param card the card of a weights file; replaces a directory's own
   * @throws UsageException if something is missing, the card is invalid or its digest is not that
   *     of the weights
   */
  public static Model read(Configuration hadoop, String place, Optional<String> card)
      throws IOException {
    return read(hadoop, place, card, "--model");
  }

  /**
   * Reads a model directory.
   *
   * @param option that named it, for messages
   * @throws UsageException as for {@link #read}, and if it is a file
   */
  public static Model directory(Configuration hadoop, String place, String option)
      throws IOException {
    return read(hadoop, place, Optional.empty(), option);
  }

  private static Model read(
      Configuration hadoop, String place, Optional<String> card, String option) throws IOException {
    Located located = locate(hadoop, place, card, option);
    try {
      return new Model(located.card(), bytes(hadoop, located.weights(), option));
    } catch (UsageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          String.format("Cannot use %s: %s", located.weights(), e.getMessage()), e);
    }
  }

  private record Located(ModelCard card, Path weights) {}

  private static Located locate(
      Configuration hadoop, String place, Optional<String> card, String option) throws IOException {
    Path path = PathText.parse(place);
    FileSystem fs = path.getFileSystem(hadoop);
    if (!fs.exists(path)) {
      throw new UsageException("Invalid " + option + ": there is no " + place);
    }
    boolean directory = fs.getFileStatus(path).isDirectory();
    if (!directory && card.isEmpty()) {
      throw new UsageException(
          option.equals("--model")
              ? "Invalid --model: a weights file alone needs its model card (--model-card FILE), got "
                  + place
              : String.format(
                  "Invalid %s: must be a directory with model.json and weights, got the file %s",
                  option, place));
    }
    Path cardPath = card.map(PathText::parse).orElse(new Path(path, ModelCard.FILE));
    try {
      String json = text(hadoop, cardPath, card.isPresent() ? "--model-card" : option);
      ModelCard read = ModelCard.parse(json, cardPath.toString());
      Path weights = directory ? new Path(path, read.weightsFile()) : path;
      return new Located(read, weights);
    } catch (UsageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Reads a file that belongs to a model: weights or a map of their names.
   *
   * @param option that named it, for the message
   * @throws UsageException if there is no such file
   */
  public static byte[] bytes(Configuration hadoop, String place, String option) throws IOException {
    return bytes(hadoop, PathText.parse(place), option);
  }

  /** Whether a place is a file rather than a directory. */
  public static boolean isFile(Configuration hadoop, String place) throws IOException {
    Path path = PathText.parse(place);
    return path.getFileSystem(hadoop).getFileStatus(path).isFile();
  }

  private static String text(Configuration hadoop, Path path, String option) throws IOException {
    return new String(bytes(hadoop, path, option), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Configuration hadoop, Path path, String option) throws IOException {
    try {
      return HadoopBytes.read(path.getFileSystem(hadoop), path);
    } catch (FileNotFoundException e) {
      throw new UsageException("Invalid " + option + ": there is no file " + path, e);
    }
  }
}
