package org.deeplabspark.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.AtomicFiles;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.io.PathText;
import org.deeplabspark.io.StrictFiles;
import org.deeplabspark.settings.UsageException;

/**
 * A training's working directory, on any Hadoop file system: its last checkpoint, or a note that it
 * ended, and the curve as a Parquet table in {@code curve}. Files are renamed into place whole.
 */
final class TrainingFolder {

  private static final String CHECKPOINT = "checkpoint";
  private static final String FINISHED = "finished";
  private static final String NEW = ".new";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final Configuration hadoop;
  private final FileSystem fs;
  private final Path root;

  private TrainingFolder(Configuration hadoop, FileSystem fs, Path root) {
    this.hadoop = hadoop;
    this.fs = fs;
    this.root = root;
  }

  /** Looks at a place without writing anything. */
  static TrainingFolder at(Configuration hadoop, String place) throws IOException {
    Path path = PathText.parse(place);
    FileSystem fs = path.getFileSystem(hadoop);
    return new TrainingFolder(hadoop, fs, fs.makeQualified(path));
  }

  /**
   * Begins anew.
   *
   * @throws UsageException if an interrupted training lies there, which would be lost
   */
  void begin() throws IOException {
    if (isInterrupted()) {
      throw new UsageException(
          String.format(
              "Invalid --output: %s holds an interrupted training; go on with --resume, or delete it",
              root));
    }
    clear();
  }

  /** Whether there is a training to go on with. */
  boolean isInterrupted() throws IOException {
    return fs.exists(checkpoint()) && !fs.exists(finished());
  }

  private void clear() throws IOException {
    StrictFiles.delete(fs, checkpoint());
    StrictFiles.delete(fs, finished());
    StrictFiles.delete(fs, curve());
  }

  /**
   * Whether a training with these settings ended here.
   *
   * @throws UsageException if one ended that had others, or the note cannot be read
   */
  boolean isFinished(Map<String, String> whole) throws IOException {
    if (!fs.exists(finished())) {
      return false;
    }
    try {
      byte[] note = HadoopBytes.read(fs, finished());
      requireSame(JSON.readValue(note, TEXTS), whole, Set.of());
    } catch (JsonProcessingException e) {
      throw unreadable(finished(), e);
    }
    return true;
  }

  /**
   * The last checkpoint, if there is one; the curve is cut back to it.
   *
   * @throws UsageException if it cannot be read or belongs to another training
   */
  Optional<TrainingState> resume(Map<String, String> identity) throws IOException {
    StrictFiles.delete(fs, new Path(root, CHECKPOINT + NEW));
    if (!isInterrupted()) {
      clear();
      return Optional.empty();
    }
    TrainingState state;
    try (DataInputStream in = new DataInputStream(HadoopBytes.open(fs, checkpoint()))) {
      state = TrainingState.read(in);
    } catch (IOException e) {
      throw unreadable(checkpoint(), e);
    }
    requireSame(state.header().identity(), identity, TrainOptions.CHANGEABLE);
    if (fs.exists(curve())) {
      for (FileStatus file : fs.listStatus(curve())) {
        if (step(file.getPath()) > state.header().done()) {
          StrictFiles.delete(fs, file.getPath());
        }
      }
    }
    return Optional.of(state);
  }

  /** Puts a checkpoint in the place of the one before, and the curve's new rows beside it. */
  void save(TrainingState state, TrainingCurve curve) throws IOException {
    addTo(curve, state.header().done());
    Path fresh = new Path(root, CHECKPOINT + NEW);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(fs.create(fresh, true), 1 << 16))) {
      state.write(out);
    }
    new AtomicFiles(fs, hadoop).move(fresh, checkpoint());
  }

  /** Notes the end: the curve stays, the checkpoint goes. */
  void finish(TrainingCurve curve, int done, Map<String, String> whole) throws IOException {
    addTo(curve, done);
    Path fresh = new Path(root, FINISHED + NEW);
    StrictFiles.mkdirs(fs, root);
    try (OutputStream out = fs.create(fresh, true)) {
      out.write(JSON.writeValueAsBytes(whole));
    }
    new AtomicFiles(fs, hadoop).move(fresh, finished());
    StrictFiles.delete(fs, checkpoint());
  }

  /** What is not the same in two trainings, but for some options, as {@code X was A and is B}. */
  static List<String> differences(
      Map<String, String> there, Map<String, String> here, Set<String> but) {
    Set<String> options = new LinkedHashSet<>(here.keySet());
    options.addAll(there.keySet());
    options.removeAll(but);
    return options.stream()
        .filter(option -> !Objects.equals(there.get(option), here.get(option)))
        .map(o -> String.format("%s was %s and is %s", o, there.get(o), here.get(o)))
        .toList();
  }

  private void requireSame(Map<String, String> there, Map<String, String> here, Set<String> but) {
    List<String> differences = differences(there, here, but);
    if (!differences.isEmpty()) {
      throw new UsageException(
          String.format(
              "Invalid --resume: the training in %s had other settings: %s; give it those, or delete"
                  + " %s to begin anew",
              root, String.join(", ", differences), root));
    }
  }

  private UsageException unreadable(Path file, IOException e) {
    return new UsageException(
        String.format(
            "Invalid --resume: cannot read %s: %s; delete %s to begin anew",
            file, e.getMessage(), root),
        e);
  }

  private void addTo(TrainingCurve curve, int done) throws IOException {
    if (curve.isEmpty()) {
      return;
    }
    Path staging = new Path(root, "_curve");
    StrictFiles.delete(fs, staging);
    curve.write(staging.toString());
    StrictFiles.mkdirs(fs, curve());
    for (FileStatus file : fs.listStatus(staging)) {
      if (file.getPath().getName().endsWith(".parquet")) {
        Path target = new Path(curve(), String.format("step-%08d.parquet", done));
        new AtomicFiles(fs, hadoop).move(file.getPath(), target);
      }
    }
    StrictFiles.delete(fs, staging);
  }

  private static int step(Path file) {
    String name = file.getName();
    return name.matches("step-\\d{8,9}\\.parquet")
        ? Integer.parseInt(name.substring("step-".length(), name.indexOf('.')))
        : 0;
  }

  private Path checkpoint() {
    return new Path(root, CHECKPOINT);
  }

  private Path finished() {
    return new Path(root, FINISHED);
  }

  private Path curve() {
    return new Path(root, "curve");
  }
}
