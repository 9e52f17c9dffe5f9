package org.deeplabspark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.PngMaskCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneFolderTest {

  @Test
  void filesHoldTheScene(@TempDir Path directory) throws Exception {
    SceneGenerator generator = new SceneGenerator(5);
    SceneFolder folder =
        new SceneFolder(new Configuration(false), new org.apache.hadoop.fs.Path(directory.toUri()));

    folder.write(generator, 2);

    Scene scene = generator.scene(1);
    assertThat(new ImageDecoder(1).decode(folder.read(1).get(0)).rgb())
        .isEqualTo(scene.image().rgb());
    assertThat(PngMaskCodec.decode(folder.read(1).get(1)).labels())
        .isEqualTo(scene.truth().labels());
    assertThat(directory.resolve("image/scene-00000.png")).exists();
    assertThat(directory.resolve("label/scene-00000.png")).exists();
  }
}
