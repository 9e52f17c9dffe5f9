package org.deeplabspark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.settings.InputFilter;
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
            "_MG_0001.jpg",
            "_temporary/0/half.jpg",
            "sub/c.tiff",
            "sub/.git/d.jpg",
            "q[1]/e, f#%41.bmp")) {
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private List<String> ids(InputFilter filter, String... inputs) throws IOException {
    return ImageListing.of(new Configuration(), List.of(inputs), filter, "--input").files().stream()
        .map(ImageFile::imageId)
        .toList();
  }

  @Test
  void idIsThePathBelowTheRootWithoutExtension() throws IOException {
    assertThat(ids(FLAT, dir.toString())).containsExactly("_MG_0001", "a", "b.v2");
    assertThat(ids(DEEP, dir.toString()))
        .containsExactly("_MG_0001", "a", "b.v2", "q[1]/e, f#%41", "sub/c");
    assertThat(ids(DEEP, dir.toUri().toString())).hasSize(5);
    assertThat(ids(FLAT, dir.resolve("sub/c.tiff").toString())).containsExactly("c");
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    assertThat(
            ImageListing.of(new Configuration(), List.of(dir.toString()), FLAT, "--input")
                .leftOut())
        .isEqualTo(
            "; 2 files of other names left out, 1 hidden files (their names begin with a dot) left out,"
                + " 3 sub-directories not looked into (--recursiveFileLookup does)");
    assertThat(
            ImageListing.of(new Configuration(), List.of(dir.toString()), DEEP, "--input")
                .leftOut())
        .endsWith(", 2 hidden sub-directories not looked into");
  }

  @Test
  void globIsOneUnlessAFileHasThatName() throws IOException {
    assertThat(ids(FLAT, dir + "/*.jpg")).containsExactly("_MG_0001", "a");
    assertThat(ids(FLAT, dir + "/s*")).containsExactly("sub/c");
    assertThat(ids(FLAT, dir + "/q[1]")).containsExactly("e, f#%41");
  }

  @Test
  void filesThatDifferOnlyInTheirExtensionKeepIt() throws IOException {
    Files.writeString(dir.resolve("a.png"), "another");
    assertThat(ids(FLAT, dir.toString())).containsExactly("_MG_0001", "a.jpg", "a.png", "b.v2");
  }

  @Test
  void sameFileTwiceIsListedOnceAndTwoOfOneIdAreRefused() throws IOException {
    assertThat(ids(FLAT, dir.toString(), dir + "/a.jpg")).containsExactly("_MG_0001", "a", "b.v2");
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
        .hasSize(3);
    assertThat(ids(new InputFilter("", false, now.plusSeconds(3600), null), dir.toString()))
        .as("a quiet night is no mistake")
        .isEmpty();
  }

  @Test
  void namesWithColonsAreNames() throws IOException {
    Path cameras = Files.createDirectories(dir.resolve("cam:1"));
    Files.writeString(cameras.resolve("cam1_2024-05-01T12:30:45.jpg"), "a");
    assertThat(ids(FLAT, cameras.toString())).containsExactly("cam1_2024-05-01T12:30:45");
    assertThat(ids(FLAT, cameras + "/*.jpg")).containsExactly("cam1_2024-05-01T12:30:45");
    assertThat(ids(FLAT, cameras + "/cam1_2024-05-01T12:30:45.jpg"))
        .containsExactly("cam1_2024-05-01T12:30:45");
  }

  @Test
  void linksAreFollowedUnlessTheyLeadNowhereOrBack() throws IOException {
    Path links = Files.createDirectories(dir.resolve("links"));
    Files.writeString(Files.createDirectories(links.resolve("a")).resolve("1.jpg"), "1");
    Files.writeString(Files.createDirectories(links.resolve("b")).resolve("2.jpg"), "2");
    Files.createSymbolicLink(links.resolve("dead.jpg"), links.resolve("nothing.jpg"));
    Files.createSymbolicLink(links.resolve("self.jpg"), links.resolve("self.jpg"));
    Files.createSymbolicLink(links.resolve("a/up"), links);
    Files.createSymbolicLink(links.resolve("a/over"), links.resolve("b"));
    Files.createSymbolicLink(links.resolve("b/over"), links.resolve("a"));

    ImageListing listing =
        ImageListing.of(new Configuration(), List.of(links.toString()), DEEP, "--input");

    assertThat(listing.files())
        .extracting(ImageFile::imageId)
        .containsExactly("a/1", "a/over/2", "b/2", "b/over/1");
    assertThat(listing.leftOut())
        .isEqualTo(
            "; 2 links that lead nowhere left out, 4 links that lead back to a directory above left out");
  }

  @Test
  void namesThatAreNotUtf8KeepTheirBytes() throws IOException {
    Path odd = Files.createDirectories(dir.resolve("odd"));
    for (String name : List.of("caf%E9.jpg", "caf%E8.jpg", "caf%C3%A9.jpg", "caf%5CxE9.jpg")) {
      Files.writeString(Path.of(java.net.URI.create("file://" + odd + "/" + name)), name);
    }

    List<ImageFile> files =
        ImageListing.of(new Configuration(), List.of(odd.toString()), FLAT, "--input").files();

    assertThat(files)
        .extracting(ImageFile::imageId)
        .containsExactly("caf\\x5CxE9", "caf\\xE8", "caf\\xE9", "caf\u00e9");
    for (ImageFile file : files) {
      String text = new org.apache.hadoop.fs.Path(file.path()).toUri().getPath();
      assertThat(LocalNames.path(text)).exists();
    }
    assertThat(Files.readString(LocalNames.path(odd + "/caf\\xE9.jpg"))).isEqualTo("caf%E9.jpg");
    assertThat(Files.readString(LocalNames.path(odd + "/caf\\x5CxE9.jpg")))
        .isEqualTo("caf%5CxE9.jpg");
    assertThat(ids(FLAT, odd + "/caf\\xE9.jpg"))
        .as("typed as it is called")
        .containsExactly("caf\\x5CxE9");
  }
}
