package org.deeplabspark.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.io.HadoopBytes;
import org.deeplabspark.settings.UsageException;

/**
 * The segments of COCO's panoptic images: some eight bytes a segment are held, so that 120,000
 * images of a dozen segments take a few ten megabytes.
 *
 * @see <a href="https://cocodataset.org/#format-data">COCO's data format</a>
 */
public final class PanopticSegments {

  private final Map<String, int[]> byName = new HashMap<>();
  private final LabelLayout layout;
  private final Path place;

  private PanopticSegments(LabelLayout layout, Path place) {
    this.layout = layout;
    this.place = place;
  }

  /**
   * Reads {@code annotations}.
   *
   * @throws UsageException if there is no such file, it does not parse, or a category is not in the
   *     layout
   */
  public static PanopticSegments read(Configuration hadoop, String json, LabelLayout layout)
      throws IOException {
    Path path = new Path(json);
    FileSystem fs = path.getFileSystem(hadoop);
    if (!fs.exists(path)) {
      throw new UsageException(
          "Invalid --panoptic-json: there is no file " + path + " that says which segment is what");
    }
    PanopticSegments segments = new PanopticSegments(layout, path);
    try (InputStream in = HadoopBytes.open(fs, path);
        JsonParser parser = new JsonFactory().createParser(in)) {
      segments.document(parser);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UsageException(
          "Invalid --panoptic-json " + path + ": " + e.getOriginalMessage(), e);
    }
    return segments;
  }

  /** Number, class, number, class, ... of an image's segments; empty where the file has none. */
  public int[] of(String fileName) {
    return byName.getOrDefault(fileName, new int[0]);
  }

  private void document(JsonParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.getCurrentName().equals("annotations");
      if (parser.nextToken() != JsonToken.START_ARRAY || !wanted) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        image(parser);
      }
    }
  }

  private void image(JsonParser parser) throws IOException {
    String fileName = "";
    List<Integer> flat = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.getCurrentName();
      parser.nextToken();
      if (field.equals("file_name")) {
        fileName = parser.getText();
      } else if (field.equals("segments_info")) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          segment(parser, flat);
        }
      } else {
        parser.skipChildren();
      }
    }
    byName.put(fileName, flat.stream().mapToInt(Integer::intValue).toArray());
  }

  private void segment(JsonParser parser, List<Integer> flat) throws IOException {
    int id = 0;
    int category = -1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.getCurrentName();
      parser.nextToken();
      switch (field) {
        case "id" -> id = parser.getIntValue();
        case "category_id" -> category = parser.getIntValue();
        default -> parser.skipChildren();
      }
    }
    int classId = layout.ids().indexOf(category);
    if (classId < 0) {
      throw new UsageException(
          String.format(
              "Invalid --panoptic-json %s: category %d is no class of data set %s",
              place, category, layout.name()));
    }
    flat.add(id);
    flat.add(classId);
  }
}
