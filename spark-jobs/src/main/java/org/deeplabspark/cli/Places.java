package org.deeplabspark.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.io.PathText;
import org.deeplabspark.label.SegmentJob;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.source.ImageRows;
import org.deeplabspark.train.TrainJob;
import org.deeplabspark.train.TrainOptions;

/**
 * Looks at the places that a command line names before Spark is started: what is not there, cannot
 * be written, or lies on a file system that nobody knows or that does not answer, is said in one
 * line after a second and not after a cluster was claimed.
 *
 * <p>Everything throws a {@link UsageException} that names the option.
 */
final class Places {

  /** Tries to reach a file system here; a run that is under way has Hadoop's patience. */
  private static final List<String> PATIENCE =
      List.of("ipc.client.connect.max.retries", "ipc.client.connect.max.retries.on.timeouts");

  private static final String FEW_RETRIES = "2";

  private static final String PAGE = "<!DOCTYPE html>";

  private final Configuration hadoop;

  Places() {
    this.hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    if (SparkSession.getDefaultSession().isDefined()) {
      hadoop.addResource(
          SparkSession.getDefaultSession().get().sparkContext().hadoopConfiguration());
    }
    for (String key : PATIENCE) {
      // What an operator has set in a file of his own stays.
      if (hadoop.getPropertySources(key) == null
          || hadoop.getPropertySources(key)[0].endsWith("-default.xml")) {
        hadoop.set(key, FEW_RETRIES);
      }
    }
  }

  /** Files, directories or globs; what a glob matches is left to the listing. */
  Places input(String option, List<String> places) {
    places.forEach(
        place -> {
          if (!exists(option, place) && place.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0)) {
            throw new UsageException("Invalid " + option + ": no such file or directory: " + place);
          }
        });
    return this;
  }

  /** The same for one place that need not be given. */
  Places input(String option, Optional<String> place) {
    place.ifPresent(given -> input(option, List.of(given)));
    return this;
  }

  /** A list of paths that need not be given. */
  Places list(Optional<String> place) {
    place.ifPresent(
        list ->
            look(
                "--files-from",
                list,
                fs -> {
                  ImageRows.checkList(fs, list);
                  return null;
                }));
    return this;
  }

  /** A directory. */
  Places directory(String option, String place) {
    if (!exists(option, place)) {
      throw new UsageException("Invalid " + option + ": no such directory: " + place);
    }
    return this;
  }

  /** The same for one that need not be given. */
  Places directory(String option, Optional<String> place) {
    place.ifPresent(given -> directory(option, given));
    return this;
  }

  /** A model directory, or a weights file with its card. */
  Places model(String option, String place, Optional<String> card) {
    look(option, place, fs -> ModelFiles.check(uncached(fs), place, card));
    return this;
  }

  /** A directory to be written to: it, or the missing part of its path, is made and removed. */
  Places output(String option, String place) {
    look(option, place, fs -> tryOut(fs, fs.makeQualified(PathText.parse(place)), option));
    return this;
  }

  /** The same for one that need not be given. */
  Places output(String option, Optional<String> place) {
    place.ifPresent(given -> output(option, given));
    return this;
  }

  /** An output of {@code segment}: likewise, and no other run is writing to it. */
  Places segmentOutput(String option, String place, LabelSettings settings) {
    output(option, place);
    look(
        option,
        place,
        fs -> {
          SegmentJob.refuseTaken(uncached(fs), settings, place);
          return null;
        });
    return this;
  }

  /** The places of a training: no other training is writing to them. */
  Places training(String option, TrainOptions training) {
    look(
        option,
        training.output(),
        fs -> {
          TrainJob.refuseTaken(uncached(fs), training);
          return null;
        });
    return this;
  }

  /** A file or a directory that grows beside its place and is renamed. */
  Places outputBeside(String option, String place) {
    look(
        option,
        place,
        fs -> {
          Path path = fs.makeQualified(PathText.parse(place));
          tryOut(fs, path.getParent() == null ? path : path.getParent(), option);
          return null;
        });
    return this;
  }

  /** A page to be written: what is there is one as well, or nothing. */
  Places page(String option, String place) {
    look(
        option,
        place,
        fs -> {
          Path path = PathText.parse(place);
          if (fs.exists(path) && fs.getFileStatus(path).isFile()) {
            byte[] begin = new byte[PAGE.length()];
            try (InputStream in = HadoopBytes.open(fs, path)) {
              in.readNBytes(begin, 0, begin.length);
            }
            if (!PAGE.equalsIgnoreCase(new String(begin, StandardCharsets.UTF_8))) {
              throw new UsageException(
                  "Invalid " + option + ": " + place + " is there and no HTML page; name another");
            }
          }
          return null;
        });
    return outputBeside(option, place);
  }

  private boolean exists(String option, String place) {
    return look(option, place, fs -> fs.exists(PathText.parse(place)));
  }

  private static Void tryOut(FileSystem fs, Path directory, String option) throws IOException {
    Path there = directory;
    while (!fs.exists(there)) {
      there = there.getParent();
    }
    if (!fs.getFileStatus(there).isDirectory()) {
      throw new UsageException("Invalid " + option + ": " + there + " is a file");
    }
    Path probe =
        there.equals(directory) ? new Path(directory, ".deeplab-" + UUID.randomUUID()) : directory;
    boolean made = fs.mkdirs(probe);
    // Deepest first; one that holds something by now is another run's as well.
    for (Path path = probe; !path.equals(there); path = path.getParent()) {
      if (fs.exists(path) && fs.listStatus(path).length == 0) {
        fs.delete(path, false);
      }
    }
    if (!made) {
      throw new UsageException(
          "Invalid " + option + ": no directory can be made in " + there.toUri().getPath());
    }
    return null;
  }

  /** Something to ask a file system. */
  private interface Question<T> {
    T ask(FileSystem fs) throws IOException;
  }

  private <T> T look(String option, String place, Question<T> question) {
    try (FileSystem fs = FileSystem.newInstance(PathText.parse(place).toUri(), hadoop)) {
      return question.ask(fs);
    } catch (UsageException e) {
      throw e;
    } catch (IOException | RuntimeException | NoClassDefFoundError e) {
      throw PlaceFailure.of(option, place, e);
    }
  }

  /** A file system that was opened with little patience is not left to the run. */
  private Configuration uncached(FileSystem fs) {
    Configuration copy = new Configuration(hadoop);
    copy.setBoolean("fs." + fs.getUri().getScheme() + ".impl.disable.cache", true);
    return copy;
  }
}
