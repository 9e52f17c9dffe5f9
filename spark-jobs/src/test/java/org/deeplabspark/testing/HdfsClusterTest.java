package org.deeplabspark.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.HadoopBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsClusterTest {

  @TempDir java.nio.file.Path dir;

  @Test
  void fileOutlivesTheDataNodeThatHeldACopy() throws Exception {
    try (HdfsCluster cluster = new HdfsCluster(dir, 2)) {
      Path file = new Path(cluster.uri("/照片/one.txt"));
      FileSystem fs = file.getFileSystem(new Configuration());
      try (OutputStream out = fs.create(file)) {
        out.write("whole".getBytes(StandardCharsets.UTF_8));
      }
      cluster.stopDataNode(0);
      assertThat(HadoopBytes.read(fs, file)).asString().isEqualTo("whole");
    }
  }
}
