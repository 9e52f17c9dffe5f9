package org.deeplabspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.deeplabspark.testing.SharedData;
import org.junit.jupiter.api.Test;

/** What the one jar that people pass on carries beside classes. */
class ApplicationJarIT {

  private static final Pattern CARRIED =
      Pattern.compile("<include>([\\w.]+?)(?:\\.\\*)?:\\S+</include>");

  private static String text(JarFile jar, String name) throws IOException {
    assertThat(jar.getEntry(name)).as(name).isNotNull();
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void licencesAndNoticesOfAllItCarriesAreInIt() throws IOException {
    String pom = Files.readString(SharedData.root().resolve("spark-jobs/pom.xml"));
    List<String> groups =
        CARRIED
            .matcher(pom.substring(0, pom.indexOf("</artifactSet>")))
            .results()
            .map((MatchResult match) -> match.group(1))
            .filter(group -> !group.equals("org.deeplabspark"))
            .toList();
    try (JarFile jar =
        new JarFile(
            SharedData.root().resolve("spark-jobs/target/deeplab-spark-app.jar").toFile())) {
      assertThat(text(jar, "META-INF/LICENSE"))
          .isEqualTo(Files.readString(SharedData.root().resolve("LICENSE")));
      assertThat(text(jar, "META-INF/NOTICE")).startsWith("deeplab-spark\n").contains("MIT", "BSD");
      assertThat(groups).hasSizeGreaterThan(15);
      assertThat(text(jar, "META-INF/THIRD-PARTY.txt")).contains(groups);
      assertThat(jar.stream().map(entry -> entry.getName()))
          .filteredOn(name -> name.startsWith("META-INF/licenses/") && !name.endsWith("/"))
          .anyMatch(name -> name.contains("onnxruntime") && name.endsWith("ThirdPartyNotices.txt"))
          .anyMatch(name -> name.contains("commons-net") && name.endsWith("NOTICE.txt"))
          .anyMatch(name -> name.contains("freemarker") && name.endsWith("NOTICE.txt"))
          .anyMatch(name -> name.contains("threetenbp") && name.endsWith("LICENSE.txt"));
    }
  }
}
