package org.deeplabspark.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * A real HDFS inside the test's JVM, on the loopback interface: a name node and data nodes that
 * other processes (launchers, drivers, executors) reach by {@link #uri}.
 */
public final class HdfsCluster implements AutoCloseable {

  private final MiniDFSCluster cluster;

  /**
   * Starts it and waits until it takes files.
   *
   * @param dir for the nodes' data
   * @param dataNodes how many, at least 1; every block has two copies where there are more
   */
  public HdfsCluster(Path dir, int dataNodes) throws IOException {
    Configuration conf = new HdfsConfiguration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, dir.toAbsolutePath().toString());
    conf.setInt("dfs.replication", Math.min(2, dataNodes));
    conf.setBoolean("dfs.permissions.enabled", false);
    // Closing a small file asks the name node twice, and waits this long in between.
    conf.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 10);
    cluster = new MiniDFSCluster.Builder(conf).numDataNodes(dataNodes).build();
    cluster.waitActive();
  }

  /** A place in it, as every client names it; {@code path} begins with a slash. */
  public String uri(String path) {
    return "hdfs://127.0.0.1:" + cluster.getNameNodePort() + path;
  }

  /** A client of it. */
  public FileSystem fileSystem() throws IOException {
    return cluster.getFileSystem();
  }

  /**
   * Copies a directory to where programs without HDFS can read it.
   *
   * @param path of the directory, from the slash on
   * @param local a directory that gets a copy of it; made where it is missing
   */
  public void copyTo(Path local, String path) throws IOException {
    Files.createDirectories(local);
    fileSystem()
        .copyToLocalFile(
            new org.apache.hadoop.fs.Path(path), new org.apache.hadoop.fs.Path(local.toString()));
  }

  /** Ends a data node at once; its blocks are gone with it. */
  public void stopDataNode(int index) {
    cluster.stopDataNode(index);
  }

  @Override
  public void close() {
    cluster.shutdown();
  }
}
