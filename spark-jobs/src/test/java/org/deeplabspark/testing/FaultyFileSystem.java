package org.deeplabspark.testing;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk as a file system of its own, {@code faulty:}, whose changes can be made to fail at
 * an exact moment, in the ways of real file systems: an exception, Hadoop's {@link FSError}, or an
 * answer that is no.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {

  /** Asked before each change. */
  public interface Fault {

    /**
     * Throws what the change is to fail with.
     *
     * @param change create, rename, mkdirs or delete
     * @param path that it changes; of a rename, the old name and the new one with a space between
     * @return whether it is carried out; if not, the file system says no
     */
    boolean allows(String change, String path);
  }

  private static final AtomicReference<Fault> FAULT = new AtomicReference<>((c, p) -> true);

  /** Makes {@code faulty:} known to a configuration, without a fault. */
  public static void register(Configuration hadoop) {
    FAULT.set((change, path) -> true);
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.set("fs.AbstractFileSystem.faulty.impl", OfContexts.class.getName());
  }

  /** Sets the fault from here on. */
  public static void set(Fault fault) {
    FAULT.set(fault);
  }

  /** What Hadoop throws where a local disk is full. */
  public static FSError full() {
    try {
      var constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException("No space left on device"));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Throws anything, as Spark's Scala code does. */
  @SuppressWarnings("unchecked")
  public static <T extends Throwable> boolean fail(Throwable failure) throws T {
    throw (T) failure;
  }

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (!FAULT.get().allows("create", path.toString())) {
      throw new IOException("Cannot create " + path);
    }
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (!FAULT.get().allows("create", path.toString())) {
      throw new IOException("Cannot create " + path);
    }
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return FAULT.get().allows("rename", from + " " + to) && super.rename(from, to);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return FAULT.get().allows("mkdirs", path.toString()) && super.mkdirs(path);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return FAULT.get().allows("delete", path.toString()) && super.delete(path, recursive);
  }

  /** The same for Hadoop's other interface. */
  public static final class OfContexts extends DelegateToFileSystem {

    /** As Hadoop makes it. */
    public OfContexts(URI uri, Configuration hadoop)
        throws IOException, java.net.URISyntaxException {
      super(uri, new FaultyFileSystem(), hadoop, "faulty", false);
    }
  }
}
