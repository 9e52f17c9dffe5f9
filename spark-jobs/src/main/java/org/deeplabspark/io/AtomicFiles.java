package org.deeplabspark.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Steps on files that happen whole or not at all, on HDFS and on local disks. An object store
 * creates and overwrites one object whole as well, but a rename there copies, and nothing stops two
 * creators of one name.
 */
public final class AtomicFiles {

  private final FileSystem fs;
  private final Configuration hadoop;
  private final boolean local;

  /** Files of one file system. */
  public AtomicFiles(FileSystem fs, Configuration hadoop) {
    this.fs = fs;
    this.hadoop = hadoop;
    this.local = fs.getUri().getScheme().equals("file");
  }

  /** Makes a file unless there is one of that name; says whether it did. */
  public boolean create(Path target, byte[] content) throws IOException {
    OutputStream out;
    try {
      // Hadoop's local file system looks first and creates then.
      out =
          local
              ? Files.newOutputStream(here(target), StandardOpenOption.CREATE_NEW)
              : fs.create(target, false);
    } catch (IOException e) {
      if (fs.exists(target)) {
        return false;
      }
      throw e;
    }
    try (out) {
      out.write(content);
    } catch (IOException | RuntimeException | Error e) {
      // The store is full, say, which Hadoop's FSError tells: an empty file would keep the name.
      try {
        StrictFiles.delete(fs, target);
      } catch (IOException stays) {
        e.addSuppressed(stays);
      }
      throw e;
    }
    return true;
  }

  /**
   * Moves a file to a name, whether there is a file of that name or not: whoever opens it meets the
   * old one or the new one.
   */
  public void move(Path from, Path to) throws IOException {
    if (local) {
      // A checksum of the old content beside the new one would make Hadoop's readers fail.
      Files.deleteIfExists(checksum(to));
      Files.move(here(from), here(to), StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(checksum(from));
    } else {
      FileContext.getFileContext(fs.getUri(), hadoop).rename(from, to, Options.Rename.OVERWRITE);
    }
  }

  private static java.nio.file.Path here(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  private static java.nio.file.Path checksum(Path path) {
    return here(new Path(path.getParent(), "." + path.getName() + ".crc"));
  }
}
