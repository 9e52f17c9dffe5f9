package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.Sha256;
import org.deeplabspark.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCommandTest {

  private static final Path ROOT = Path.of(System.getProperty("deeplab.root"));
  private static final String SCENES = ROOT.resolve("conf/models/compact-scenes").toString();

  private static final String OURS =
      "input: RGB, (v - [127.5, 127.5, 127.5]) * [0.015625, 0.015625, 0.015625], ";

  @TempDir private Path place;

  private record Said(int exitCode, String out, String err) {}

  private static Said run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int exitCode = Deeplab.run(args);
      return new Said(
          exitCode,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void anyNetworkOfThePaperIsPrintedLayerByLayer() {
    Said said = run("model", "inspect", "--network", "vgg16-largefov", "--size", "321x321");
    assertThat(said.err()).isEmpty();
    assertThat(said.exitCode()).isZero();
    assertThat(said.out())
        .contains("vgg16-largefov, 21 classes, output stride 8, image 321 x 321")
        .containsPattern("fc6 +conv 3x3 rate 12 +1024 x 41 x 41 +4,719,616")
        .containsPattern("pool1 +max 3x3 stride 2 +64 x 161 x 161")
        .contains("20,505,429 parameters (82.0 MB)");
  }

  @Test
  void aModelGoesToDeeplearning4jAndBack() throws Exception {
    Path zip = place.resolve("dl4j");
    assertThat(run("model", "export", SCENES, "--format", "dl4j", "--output", zip.toString()))
        .returns(0, Said::exitCode);
    assertThat(zip.resolve("model.zip")).isRegularFile();
    Path onnx = place.resolve("onnx");
    assertThat(run("model", "export", zip.toString(), "--output", onnx.toString()))
        .returns(0, Said::exitCode);
    Path again = place.resolve("again");
    assertThat(run("model", "export", onnx.toString(), "--output", again.toString()))
        .returns(0, Said::exitCode);
    // Folding what was folded changes nothing any more.
    assertThat(Model.open(again, Optional.empty()).card().weightsDigest())
        .isEqualTo(Model.open(onnx, Optional.empty()).card().weightsDigest());
    Said inspected = run("model", "inspect", zip.toString());
    assertThat(inspected.out()).contains("\"engine\": \"dl4j\"").contains("aspp.rate12");
  }

  @Test
  void weightsOfAnotherNetworkAreRefusedWholly() {
    Path output = place.resolve("imported");
    Said said =
        run(
            "model",
            "import",
            "--network",
            "compact",
            "--weights",
            SCENES + "/model.onnx",
            "--classes",
            "a,b,c",
            "--output",
            output.toString());
    assertThat(said.exitCode()).isEqualTo(2);
    List<String> lines = said.err().lines().toList();
    assertThat(lines)
        .startsWith("Of another shape, here and in the file (8):")
        .contains(
            "  aspp.rate12.bias [3]                         aspp.rate12.bias [6]",
            "  fresh = [\"aspp.rate12\", \"aspp.rate2\", \"aspp.rate4\", \"aspp.rate8\"]");
    // What ended the command is its last line, as everywhere.
    assertThat(lines.get(lines.size() - 1))
        .startsWith(
            "deeplab model import: Cannot import "
                + SCENES
                + "/model.onnx: Invalid weights for compact: 0 missing, 8 of another shape")
        .endsWith(
            "the first is aspp.rate2.weight, of shape [6, 96, 3, 3] instead of [3, 96, 3, 3]");
    assertThat(Files.exists(output)).isFalse();
  }

  @Test
  void importedWeightsMakeAModelThatSaysWhereItCameFrom() throws Exception {
    Path output = place.resolve("imported");
    Said said =
        run(
            "model",
            "import",
            "--network",
            "compact",
            "--weights",
            SCENES + "/model.onnx",
            "--classes",
            "a,b,c,d,e,f",
            "--output",
            output.toString());
    assertThat(said.err()).isEmpty();
    assertThat(said.exitCode()).isZero();
    assertThat(Model.open(output, Optional.empty()).card().source())
        .startsWith("imported from model.onnx, SHA-256 b026f5e1");
  }

  @Test
  void theInputOfAnImportIsThatOfItsCardOfTheMapOrOfTheNetworkAndIsSaid() throws Exception {
    assertThat(imported(SCENES + "/model.onnx")).isEqualTo(OURS + "by " + SCENES + "/model.json");
    Path moved = Files.copy(Path.of(SCENES, "model.onnx"), place.resolve("moved.onnx"));
    assertThat(imported(moved.toString()))
        .isEqualTo(OURS + "assumed for compact; input in a --name-map says another");
    // A card for other weights says nothing of these.
    Files.writeString(
        place.resolve("model.json"),
        Files.readString(Path.of(SCENES, "model.json"))
            .replaceFirst("\"sha256\": \"\\w", "\"sha256\": \"0")
            .replace("127.5", "99"));
    assertThat(imported(moved.toString())).startsWith(OURS + "assumed");
    Path map = place.resolve("input.conf");
    Files.writeString(
        map, "input { channel-order = BGR, mean = [1, 2, 3], scale = [0.5, 0.5, 0.5] }");
    assertThat(imported(moved.toString(), "--name-map", map.toString()))
        .startsWith("input: BGR, (v - [1.0, 2.0, 3.0]) * [0.5, 0.5, 0.5], by ");
    assertThat(Model.open(place.resolve("made"), Optional.empty()).card().input().mean())
        .containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void theTensorsOfAWeightsFileAreListed() {
    Said said = run("model", "inspect", SCENES + "/model.onnx");
    assertThat(said.err()).isEmpty();
    assertThat(said.exitCode()).isZero();
    assertThat(said.out())
        .containsPattern("(?m)^stem1.conv.weight +F32 +\\[24, 3, 3, 3]$")
        .containsPattern("\\nONNX, \\d+ tensors, [0-9,]+ values\\n$");
  }

  @Test
  void aLongListOfTensorsIsCutShortAndItsNamesStayOnTheirLines() throws Exception {
    StringBuilder header = new StringBuilder("{\"a\\u001b[2J\\n\":");
    String none = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    header.append(none);
    for (int i = 0; i < 2500; i++) {
      header.append(",\"").append(i).append("\":").append(none);
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    Path file = place.resolve("many.safetensors");
    Files.write(
        file,
        concat(
            ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array(),
            json));
    Said said = run("model", "inspect", file.toString());
    assertThat(said.out().lines().skip(1).findFirst())
        .hasValueSatisfying(line -> assertThat(line).startsWith("a?[2J? "));
    assertThat(said.out()).hasLineCount(2004).contains("... and 501 more");
  }

  @Test
  void aFileWithoutTensorsIsNoWeightsFile(@TempDir Path dir) throws IOException {
    Path empty = Files.createFile(dir.resolve("empty.pth"));
    assertThat(refused("inspect", empty.toString())).endsWith("Invalid weights file: it is empty");
    // As a message of protocol buffers it has unknown fields only.
    Path unknown = Files.write(dir.resolve("unknown.onnx"), new byte[] {0x78, 1});
    assertThat(refused("inspect", unknown.toString()))
        .endsWith("Invalid weights file: there is no tensor in it");
  }

  @Test
  void inspectWantsADirectoryOrAName() {
    assertThat(refused("inspect"))
        .isEqualTo(
            "Missing MODEL or --network: must be a model directory, a weights file or a NAME");
    assertThat(refused("inspect", SCENES, "--network", "compact"))
        .isEqualTo("Invalid --network: " + SCENES + " says its own; leave one out");
  }

  @Test
  void filesThatAreNoWeightsAreNamed() throws Exception {
    Path text = Files.writeString(place.resolve("text.onnx"), "no network, but text");
    assertThat(
            refused(
                "import",
                "--network=compact",
                "--classes=a,b",
                "--weights=" + text,
                "--output=" + place.resolve("made")))
        .startsWith(
            "Cannot import "
                + text
                + ": Invalid weights file: neither ONNX nor safetensors, .pth or .caffemodel: ");
    Path other = card("", "");
    Files.writeString(other.resolve("model.onnx"), "no network, but text");
    assertThat(refused("inspect", other.toString()))
        .startsWith("Cannot use " + other + "/model.onnx: Invalid weights for model ")
        .contains("or put that digest into weights.sha256");
  }

  @Test
  void cardsThatContradictTheirNetworkAreInspectedAndExportedByNobody() throws Exception {
    Path named = card("\"name\": \"(image|input)\"", "\"name\": \"picture\"");
    assertThat(refused("inspect", named.toString())).contains("picture");
    assertThat(refused("export", named.toString(), "--output=" + place.resolve("made")))
        .contains("picture");
    Path zero = card("\"void-label\": 255", "\"void-label\": 0");
    assertThat(refused("inspect", zero.toString()))
        .contains("void-label must be 6 to 255 beside 6 classes, got 0");
    assertThat(place.resolve("made")).doesNotExist();
  }

  /** The shipped model with something else in its card. */
  private Path card(String pattern, String instead) throws Exception {
    Path directory = Files.createTempDirectory(place, "model");
    Files.copy(Path.of(SCENES, "model.onnx"), directory.resolve("model.onnx"));
    String card = Files.readString(Path.of(SCENES, "model.json"));
    String other = pattern.isEmpty() ? card : card.replaceAll(pattern, instead);
    assertThat(pattern.isEmpty() || !other.equals(card)).isTrue();
    Files.writeString(directory.resolve("model.json"), other);
    return directory;
  }

  private static String refused(String... args) {
    List<String> all = new ArrayList<>(List.of("model"));
    all.addAll(List.of(args));
    Said said = run(all.toArray(String[]::new));
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).hasLineCount(1);
    return said.err().strip().replaceFirst("^deeplab model \\w+: ", "");
  }

  private String imported(String weights, String... more) {
    List<String> all =
        new ArrayList<>(List.of("model", "import", "--network=compact", "--weights=" + weights));
    all.addAll(List.of("--classes=a,b,c,d,e,f", "--output=" + place.resolve("made")));
    all.addAll(List.of(more));
    Said said = run(all.toArray(String[]::new));
    assertThat(said.err()).isEmpty();
    return said.out().lines().skip(1).findFirst().orElseThrow();
  }

  @Test
  void weightsThatLieInAnotherFileAreRefusedWhereverAModelEnters() throws Exception {
    SharedSpark.session();
    byte[] onnx = withExternalTensor(Files.readAllBytes(Path.of(SCENES, "model.onnx")));
    Model scenes = Model.open(Path.of(SCENES), Optional.empty());
    Path model = Files.createDirectories(place.resolve("model"));
    Path weights = Files.write(model.resolve("model.onnx"), onnx);
    Files.writeString(
        model.resolve("model.json"),
        scenes.card().toJson().replace(scenes.card().weightsDigest(), Sha256.of(onnx)));
    String folder = model.toString();
    String output = place.resolve("out").toString();
    String photos = place.toString();

    for (String[] line :
        new String[][] {
          {"model", "inspect", folder},
          {"model", "export", folder, "--output", output},
          {
            "model",
            "import",
            "--network",
            "compact",
            "--classes",
            "a,b,c,d,e,f",
            "--weights",
            weights.toString(),
            "--output",
            output
          },
          {"segment", "--model", folder, "--input", photos, "--output", output},
          {"plan", "--model", folder, "--input", photos, "--output", output},
        }) {
      Said said = run(line);
      assertThat(said.exitCode()).as(said.err()).isEqualTo(2);
      assertThat(said.err())
          .contains("tensor far lies in another file, data.bin: save the network as one file")
          .hasLineCount(1);
      assertThat(place.resolve("out")).doesNotExist();
    }
  }

  /** Messages of protocol buffers that follow each other are one: a graph of one more tensor. */
  private static byte[] withExternalTensor(byte[] onnx) {
    byte[] location = field(13, concat(field(1, ascii("location")), field(2, ascii("data.bin"))));
    byte[] external = {14 << 3, 1};
    byte[] tensor = concat(concat(field(8, ascii("far")), location), external);
    return concat(onnx, field(7, field(5, tensor)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] field(int number, byte[] content) {
    return concat(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void wrongUsageIsOneLine() {
    assertThat(run("model").err())
        .isEqualTo("deeplab model: Missing command: must be inspect, import or export\n");
    assertThat(run("model", "inspect", "--network", "vgg19").err())
        .startsWith("deeplab model inspect: Invalid network: must be one of compact, ");
    assertThat(run("model", "inspect", "--network", "compact", "--size", "big").err())
        .isEqualTo("deeplab model inspect: Invalid --size: must be like 513x513, got big\n");
    assertThat(run("model", "inspect", "nowhere").err())
        .isEqualTo("deeplab model inspect: Invalid MODEL: no such file or directory: nowhere\n");
  }
}
