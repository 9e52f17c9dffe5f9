package org.deeplabspark.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.deeplabspark.settings.UsageException;

/** How an image is called: its path below the input root without the extension. */
final class ImageIds {

  private ImageIds() {}

  /**
   * The path of a file below a root, extension included; the whole path without its leading slash
   * where the file does not lie below, after the name of its store where that is another.
   */
  static String relative(Path root, Path file) {
    String store = file.toUri().getAuthority();
    if (store != null && !store.equals(root.toUri().getAuthority())) {
      return store + file.toUri().getPath();
    }
    String above = root.toUri().getPath();
    String whole = file.toUri().getPath();
    String prefix = above.endsWith("/") ? above : above + "/";
    String below = whole.startsWith(prefix) ? whole.substring(prefix.length()) : whole;
    return below.startsWith("/") ? below.substring(1) : below;
  }

  /**
   * A relative path without the last extension of its last name; a name that only begins with a dot
   * keeps it.
   */
  public static String withoutExtension(String relative) {
    int name = relative.lastIndexOf('/') + 1;
    int dot = relative.lastIndexOf('.');
    return dot > name ? relative.substring(0, dot) : relative;
  }

  /**
   * Drops files that were listed before and gives the others, whose ids are their relative paths,
   * their final ids: without extension, except where files of one directory differ in nothing else,
   * or where another file is called so: those keep it, all of them, so that no id depends on the
   * order of listing and no two are the same.
   *
   * @throws UsageException if two files still have one id, since they lie below different roots
   */
  static List<ImageFile> assign(List<ImageFile> listed) {
    Map<String, ImageFile> byPath = new LinkedHashMap<>();
    listed.forEach(file -> byPath.putIfAbsent(file.path(), file));
    Collection<ImageFile> files = byPath.values();
    Map<String, Integer> uses = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (ImageFile file : files) {
      names.add(file.imageId());
      uses.merge(withoutExtension(file.imageId()), 1, Integer::sum);
    }
    Map<String, ImageFile> byId = new HashMap<>();
    List<ImageFile> all = new ArrayList<>(files.size());
    for (ImageFile file : files) {
      String bare = withoutExtension(file.imageId());
      ImageFile named =
          uses.get(bare) == 1 && !names.contains(bare) ? file.withImageId(bare) : file;
      ImageFile other = byId.put(named.imageId(), named);
      if (other != null) {
        throw new UsageException(
            String.format(
                "Invalid --input: %s and %s have the same image id %s; give the directory above both, or label them into different outputs",
                other.path(), file.path(), file.imageId()));
      }
      all.add(named);
    }
    return all;
  }
}
