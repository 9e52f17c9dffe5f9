package org.deeplabspark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.settings.UsageException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListingTest {

  private static final InputFilter FLAT = new InputFilter("", false, null, null);
  private static final InputFilter DEEP = new InputFilter("", true, null, null);

  @TempDir Path dir;

  @BeforeEach
  void files() throws IOException {
    for (String name :
        List.of(
            "a.jpg",
            "b.v2.PNG",
            "notes.txt",
            "no-extension",
            ".hidden.jpg",
            "_temp.jpg",
            "sub/c.tiff",
            "sub/.git/d.jpg",
            "q[1]/e, f#%41.bmp")) {
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private List<String> ids(InputFilter filter, String... inputs) throws IOException {
    return ImageListing.of(new Configuration(), List.of(inputs), filter).files().stream()
        .map(ImageFile::imageId)
        .toList();
  }

  @Test
  void idIsThePathBelowTheRootWithoutExtension() throws IOException {
    assertThat(ids(FLAT, dir.toString())).containsExactly("a", "b.v2");
    assertThat(ids(DEEP, dir.toString())).containsExactly("a", "b.v2", "q[1]/e, f#%41", "sub/c");
    assertThat(ids(DEEP, dir.toUri().toString())).hasSize(4);
    assertThat(ids(FLAT, dir.resolve("sub/c.tiff").toString())).containsExactly("c");
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    assertThat(ImageListing.of(new Configuration(), List.of(dir.toString()), FLAT).leftOut())
        .isEqualTo(
            "; 2 files of other names left out, 2 sub-directories not looked into (--recursiveFileLookup does)");
  }

  @Test
  void globIsOneUnlessAFileHasThatName() throws IOException {
    assertThat(ids(FLAT, dir + "/*.jpg")).containsExactly("a");
    assertThat(ids(FLAT, dir + "/s*")).containsExactly("sub/c");
    assertThat(ids(FLAT, dir + "/q[1]")).containsExactly("e, f#%41");
  }

  @Test
  void filesThatDifferOnlyInTheirExtensionKeepIt() throws IOException {
    Files.writeString(dir.resolve("a.png"), "another");
    assertThat(ids(FLAT, dir.toString())).containsExactly("a.jpg", "a.png", "b.v2");
  }

  @Test
  void sameFileTwiceIsListedOnceAndTwoOfOneIdAreRefused() throws IOException {
    assertThat(ids(FLAT, dir.toString(), dir + "/a.jpg")).containsExactly("a", "b.v2");
    Files.writeString(dir.resolve("sub/a.jpg"), "another");
    assertThatThrownBy(() -> ids(FLAT, dir.toString(), dir + "/sub"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("same image id a");
  }

  @Test
  void filtersTakeNamesAndTimes() throws IOException {
    assertThat(ids(new InputFilter("*.txt", false, null, null), dir.toString()))
        .containsExactly("notes");
    Instant now = Instant.now();
    assertThat(
            ids(
                new InputFilter("", false, now.minusSeconds(3600), now.plusSeconds(3600)),
                dir.toString()))
        .hasSize(2);
    assertThat(ids(new InputFilter("", false, now.plusSeconds(3600), null), dir.toString()))
        .as("a quiet night is no mistake")
        .isEmpty();
  }
}
