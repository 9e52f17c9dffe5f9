package org.deeplabspark.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Drawn scenes beside every odd file that ended or hung a run of ours at some time: pipes, links in
 * a circle, colons, bytes that are no UTF-8, images that no decoder should be trusted with.
 */
public final class HostileFolder {

  /** Error of each file that is listed and cannot be labelled, {@code stage code} by image id. */
  public static final Map<String, String> ERRORS = errors();

  /** Ids of odd files that are labelled. */
  public static final java.util.List<String> LABELLED =
      java.util.List.of("_MG_0001", "caf\\xE9", "cam1_2024-05-01T12:30:45", "phone");

  /** What a listing says that it left out. */
  public static final String LEFT_OUT =
      "1 files of other names left out, 1 hidden files (their names begin with a dot) left out,"
          + " 2 links that lead nowhere left out, 1 links that lead back to a directory above left out";

  private HostileFolder() {}

  private static Map<String, String> errors() {
    Map<String, String> errors = new TreeMap<>();
    errors.put("arithmetic", "decode unsupported-format");
    errors.put("big", "decode unsupported-format");
    errors.put("extraneous", "decode corrupt");
    errors.put("nested", "decode corrupt");
    errors.put("pipe", "read not-a-file");
    errors.put("slow", "decode too-slow");
    errors.put("text", "decode not-an-image");
    errors.put("twelve", "decode unsupported-format");
    errors.put("zero", "decode empty-file");
    return errors;
  }

  /** Adds the odd files to a folder that has {@code scene-00000.png}. */
  public static void addTo(Path folder) throws IOException {
    byte[] scene = Files.readAllBytes(folder.resolve("scene-00000.png"));
    for (String name :
        new String[] {"_MG_0001.png", "cam1_2024-05-01T12:30:45.png", ".hidden.png"}) {
      Files.write(folder.resolve(name), scene);
    }
    Files.write(Path.of(URI.create("file://" + folder + "/caf%E9.png")), scene);
    Files.write(folder.resolve("arithmetic.jpg"), OddImages.arithmeticJpeg());
    Files.write(folder.resolve("big.tif"), OddImages.bigTiff());
    Files.write(folder.resolve("extraneous.jpg"), OddImages.extraneousBytesJpeg());
    Files.write(folder.resolve("nested.tif"), OddImages.nestedTiff(3000));
    Files.write(folder.resolve("phone.jpg"), OddImages.trailingBytesJpeg());
    Files.write(folder.resolve("slow.jpg"), OddImages.manyScans(3000, 2000, 9000));
    Files.write(folder.resolve("twelve.jpg"), OddImages.twelveBitJpeg());
    Files.writeString(folder.resolve("text.png"), "This is no picture.\n");
    Files.write(folder.resolve("zero.jpg"), new byte[0]);
    Files.writeString(folder.resolve("readme.txt"), "not named like an image\n");
    NastyFolder.pipe(folder.resolve("pipe.jpg"));
    Files.createSymbolicLink(folder.resolve("dead.jpg"), folder.resolve("nothing.jpg"));
    Files.createSymbolicLink(folder.resolve("loop.jpg"), folder.resolve("loop.jpg"));
    Files.createSymbolicLink(folder.resolve("up"), folder);
  }

  /**
   * Gives each image of {@link #addTo} a truth, some of them as odd, in a folder that has {@code
   * scene-00000.png}.
   */
  public static void addTruthTo(Path folder) throws IOException {
    byte[] truth = Files.readAllBytes(folder.resolve("scene-00000.png"));
    for (String id : ERRORS.keySet()) {
      Files.write(folder.resolve(id + ".png"), truth);
    }
    Files.write(folder.resolve("cam1_2024-05-01T12:30:45.png"), truth);
    Files.write(Path.of(URI.create("file://" + folder + "/caf%E9.png")), truth);
    NastyFolder.pipe(folder.resolve("_MG_0001.png"));
    Files.writeString(folder.resolve("scene-00001.png"), "no mask");
    Files.write(folder.resolve("phone.png"), truth);
    Files.createSymbolicLink(folder.resolve("dead.png"), folder.resolve("nothing.png"));
  }
}
