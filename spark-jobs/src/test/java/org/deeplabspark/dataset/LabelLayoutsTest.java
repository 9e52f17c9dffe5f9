package org.deeplabspark.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.MalformedImageException;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped layouts, each on a real file of its kind. */
class LabelLayoutsTest {

  @TempDir Path dir;

  /** Pixels by class name; "void" and ids that are unknown under names of their own. */
  private static Map<String, Integer> pixels(LabelLayout layout, Path file, int[] segments)
      throws IOException, MalformedImageException {
    LabelMask mask = new LabelReader(layout).read(Files.readAllBytes(file), segments);
    Map<String, Integer> pixels = new TreeMap<>();
    for (int i = 0; i < mask.pixels(); i++) {
      int classId = layout.lookup().classOf(mask.label(i));
      String name =
          classId >= 0
              ? layout.classNames().get(classId)
              : classId == IdLookup.VOID ? "void" : "unknown " + mask.label(i);
      pixels.merge(name, 1, Integer::sum);
    }
    return pixels;
  }

  @Test
  void everyShippedFileIsKnownByName() throws IOException {
    try (Stream<Path> files = Files.list(SharedData.root().resolve("conf/datasets"))) {
      assertThat(files.map(f -> f.getFileName().toString().replace(".conf", "")))
          .containsExactlyInAnyOrderElementsOf(LabelLayouts.NAMES);
    }
    assertThat(LabelLayouts.NAMES.stream().map(n -> LabelLayouts.open(n).classes().size()))
        .containsExactly(150, 11, 19, 19, 133, 21);
    assertThat(LabelLayouts.open("camvid").name()).isEqualTo("camvid");
    LabelMap map = LabelMap.open("cityscapes-to-camvid");
    assertThat(
            map.resolve(
                LabelLayouts.open("cityscapes").classNames(),
                LabelLayouts.open("camvid").classNames()))
        .containsExactly(3, 4, 1, 1, 7, 2, 6, 6, 5, 5, 0, 9, 10, 8, 8, 8, 8, 10, 10);
  }

  @Test
  void adeIdsAreOneMoreThanClasses() throws IOException, MalformedImageException {
    Path file = SharedData.require("ade20k/annotations/ADE_val_00000001.png");
    assertThat(pixels(LabelLayouts.open("ade20k"), file, new int[0]).keySet())
        .containsExactlyInAnyOrder(
            "void", "wall", "building", "sky", "tree", "road", "grass", "plant");
  }

  @Test
  void cityscapesIdsAndTrainIdsSayTheSame() throws IOException, MalformedImageException {
    String place = "cityscapes_mmseg/frankfurt_000000_000294_gtFine_";
    Map<String, Integer> ids =
        pixels(
            LabelLayouts.open("cityscapes"),
            SharedData.require(place + "labelIds.png"),
            new int[0]);
    Map<String, Integer> trainIds =
        pixels(
            LabelLayouts.open("cityscapes-trainids"),
            SharedData.require(place + "labelTrainIds.png"),
            new int[0]);
    assertThat(ids).containsOnlyKeys(trainIds.keySet()).containsKeys("road", "person", "void");
    // The sample was scaled down from both files, each with roundings of its own.
    ids.forEach(
        (name, count) -> assertThat(count).as(name).isCloseTo(trainIds.get(name), within(10)));
    assertThatThrownBy(
            () ->
                new LabelReader(LabelLayouts.open("cityscapes"))
                    .read(
                        Files.readAllBytes(SharedData.require(place + "instanceIds.png")),
                        new int[0]))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("16 bits");
  }

  @Test
  void camvidHasElevenClassesAndUnlabelled() throws IOException, MalformedImageException {
    Path file = SharedData.require("camvid_test20/label/0001TP_009270.png");
    Map<String, Integer> pixels = pixels(LabelLayouts.open("camvid"), file, new int[0]);
    assertThat(pixels).containsKeys("sky", "road", "car", "void").doesNotContainKey("fence");
    assertThat(pixels.keySet()).noneMatch(name -> name.startsWith("unknown"));
  }

  @Test
  void panopticSegmentsAreOfTheAreasThatTheirJsonSays()
      throws IOException, MalformedImageException {
    LabelLayout layout = LabelLayouts.open("coco-panoptic");
    String folder = "coco_panoptic/panoptic_examples";
    PanopticSegments segments =
        PanopticSegments.read(
            new Configuration(), SharedData.require(folder + ".json").toString(), layout);
    String name = "000000142238.png";
    Path file = SharedData.require(folder + "/" + name);
    Map<String, Integer> pixels = pixels(layout, file, segments.of(name));
    assertThat(pixels.keySet()).noneMatch(n -> n.startsWith("unknown")).contains("person");
    Map<String, Integer> areas = new TreeMap<>();
    for (com.fasterxml.jackson.databind.JsonNode image :
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(SharedData.require(folder + ".json").toFile())
            .get("annotations")) {
      if (image.get("file_name").asText().equals(name)) {
        for (com.fasterxml.jackson.databind.JsonNode one : image.get("segments_info")) {
          int classId = layout.ids().indexOf(one.get("category_id").asInt());
          areas.merge(layout.classNames().get(classId), one.get("area").asInt(), Integer::sum);
        }
      }
    }
    pixels.remove("void");
    assertThat(pixels).isEqualTo(areas);
    assertThatThrownBy(() -> pixels(layout, file, new int[0]))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("does not stand in the panoptic JSON");
  }

  @Test
  void ownFilesAreReadAndWrongOnesNamed() throws IOException, MalformedImageException {
    Path own = dir.resolve("davis.conf");
    Files.writeString(own, "classes = [{name = rest, id = 0}, {name = moving, id = 255}]");
    assertThat(
            pixels(
                LabelLayouts.open(own.toString()),
                SharedData.require("davis/mask/cows_00000.png"),
                new int[0]))
        .containsOnlyKeys("rest", "moving");
    for (List<String> wrong :
        List.of(
            List.of("classes = [{name = a}], void = [0]", "id 0 is a class and void as well"),
            List.of("classes = [{name = a}, {name = a}]", "class a stands twice"),
            List.of("classes = [{name = a, id = 256}]", "0..255"),
            List.of("classes = [{name = a}], colour = 1", "unknown key colour"),
            List.of("classes = [{name = a}], coding = hsv", "ids, rgb or panoptic"),
            List.of("void = [1]", "classes"))) {
      Files.writeString(own, wrong.get(0));
      assertThatThrownBy(() -> LabelLayouts.open(own.toString()))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(wrong.get(1))
          .hasMessageContaining("davis.conf");
    }
    assertThatThrownBy(() -> LabelLayouts.open("vocc"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("coco-panoptic, voc")
        .hasMessageContaining("vocc");
  }
}
