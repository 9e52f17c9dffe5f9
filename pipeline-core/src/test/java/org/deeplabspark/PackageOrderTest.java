package org.deeplabspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each package knows only those before it. */
class PackageOrderTest {

  private static final String BASE = "org.deeplabspark.";

  private static final List<String> ORDER =
      List.of(
          "tensor",
          "device",
          "image",
          "network",
          "model",
          "engine",
          "engine.onnx",
          "engine.dl4j",
          "crf",
          "crf.device",
          "metric",
          "segment");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.deeplabspark");

  @Test
  void aPackageKnowsOnlyThoseBeforeIt() {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(BASE + ORDER.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages(ORDER.subList(i + 1, ORDER.size())))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void crfKnowsOnlyPixelsAndFloats() {
    noClasses()
        .that()
        .resideInAPackage(BASE + "crf..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages(List.of("network", "model", "engine..")))
        .check(CLASSES);
  }

  @Test
  void eachEngineNamesItsOwnLibraryOnly() {
    onlyNames("engine.onnx", "ai.onnxruntime..");
    onlyNames("engine.dl4j", "org.deeplearning4j..", "org.bytedeco..");
    noClasses()
        .that()
        .resideInAPackage(BASE + "engine.dl4j")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(BASE + "engine.onnx")
        .check(CLASSES);
  }

  private static void onlyNames(String engine, String... library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + engine)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .check(CLASSES);
  }

  @Test
  void everyPackageHasItsPlace() {
    assertThat(CLASSES.stream().map(c -> c.getPackageName().substring(BASE.length())).distinct())
        .isSubsetOf(ORDER);
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(n -> BASE + n).toArray(String[]::new);
  }
}
