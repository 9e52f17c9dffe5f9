package org.deeplabspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.deeplabspark.settings.Settings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final List<String> PACKAGES =
      List.of(
          "settings",
          "io",
          "source",
          "convert",
          "dataset",
          "table",
          "pass",
          "train",
          "label",
          "evaluate",
          "sweep",
          "diff",
          "report",
          "demo",
          "cli");

  /** Class names stand in backticks and begin with a capital; commands and columns do not. */
  private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z][a-z]\\w+)`");

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.deeplabspark");
  }

  @Test
  void packagesImportOnlyThoseBeforeThem() {
    for (int i = 0; i < PACKAGES.size() - 1; i++) {
      String[] later =
          PACKAGES.subList(i + 1, PACKAGES.size()).stream()
              .map(name -> "org.deeplabspark." + name)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("org.deeplabspark." + PACKAGES.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later)
          .check(classes);
    }
  }

  @Test
  void rowsAreReadByNameOutsideOfTheTablesPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.deeplabspark.table")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "a column of a Row is read by its position", ArchitectureTest::readsByPosition))
        .check(classes);
  }

  @Test
  void filesThatDataNamesAreOpenedInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.deeplabspark.source", "org.deeplabspark.io")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(FSDataInputStream.class.getName())
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "a file is opened",
                call ->
                    call.getTargetOwner().isAssignableTo(FileSystem.class)
                        && call.getName().equals("open")))
        .check(classes);
  }

  @Test
  void settingsAreReadOnceAndOnlyWhereTheirRecordsAreMade() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.deeplabspark.settings", "org.deeplabspark.cli")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(Settings.class.getName())
        .check(classes);
  }

  private static boolean readsByPosition(JavaMethodCall call) {
    return call.getTargetOwner().isAssignableTo(Row.class)
        && call.getTarget().getRawParameterTypes().stream()
            .map(JavaClass::getName)
            .toList()
            .equals(List.of("int"));
  }

  @Test
  void architecturePageNamesOnlyClassesThatExist() throws IOException {
    Set<String> existing =
        classes.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
    String page = Files.readString(Path.of(System.getProperty("deeplab.root"), "ARCHITECTURE.md"));

    List<String> named =
        CLASS_NAME.matcher(page).results().map((MatchResult match) -> match.group(1)).toList();

    assertThat(named).isNotEmpty().isSubsetOf(existing);
  }
}
