package org.deeplabspark.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.settings.UsageException;

/** Writes {@code model.json} and the weights file it names: both or neither are seen. */
public final class ModelDirectory {

  private final FileSystem fs;
  private final Path root;

  private ModelDirectory(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  /**
   * A place where there is nothing yet, or a model that will be replaced.
   *
   * @throws UsageException if it holds anything but a model
   */
  public static ModelDirectory at(Configuration hadoop, String output) throws IOException {
    Path path = PathText.parse(output);
    FileSystem found = path.getFileSystem(hadoop);
    // Without the checksum files that Hadoop puts beside what it writes to a local disk.
    FileSystem fs = found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
    Path root = fs.makeQualified(path);
    if (fs.exists(root)) {
      if (!fs.getFileStatus(root).isDirectory()) {
        throw new UsageException("Invalid --output: " + output + " is a file");
      }
      if (fs.listStatus(root).length > 0 && !fs.exists(new Path(root, ModelCard.FILE))) {
        throw new UsageException(
            "Invalid --output: " + output + " holds other files; give a new directory");
      }
    }
    return new ModelDirectory(fs, root);
  }

  /** Whether a model is there. */
  public boolean isThere() throws IOException {
    return fs.exists(new Path(root, ModelCard.FILE));
  }

  /** Name of the directory, for the card. */
  public String name() {
    return root.getName();
  }

  /** Writes beside the place and renames into it; an older model there is replaced. */
  public void write(ModelCard card, byte[] weights) throws IOException {
    Path staging = new Path(root.getParent(), "." + root.getName() + ".new");
    StrictFiles.delete(fs, staging);
    put(new Path(staging, card.weightsFile()), weights);
    put(new Path(staging, ModelCard.FILE), card.toJson().getBytes(StandardCharsets.UTF_8));
    Path old = new Path(root.getParent(), "." + root.getName() + ".old");
    StrictFiles.delete(fs, old);
    if (fs.exists(root)) {
      StrictFiles.rename(fs, root, old);
    }
    StrictFiles.rename(fs, staging, root);
    StrictFiles.delete(fs, old);
  }

  private void put(Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(content);
    }
  }
}
